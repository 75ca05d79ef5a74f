import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { serverArguments } from '../../src/temporal/server-launch.ts';

interface Service {
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
}

const file = join(import.meta.dirname, '../../docker-compose.yml');
const services: { temporal: Service; [name: string]: Service } = parse(
  await readFile(file, 'utf8'),
).services;

describe('docker-compose.yml', () => {
  test('starts Temporal with the settings of the server that we start ourselves', () => {
    const own = serverArguments('/state', 7233, 8233);
    // Where it listens and what it writes are the container's own matter.
    const ofPlace = ['--ip', '--port', '--ui-port', '--db-filename', '--log-format'];
    const flags = own.flatMap((word, index) => {
      const value = own[index + 1] ?? '--';
      if (!word.startsWith('--') || ofPlace.includes(word)) return [];
      return value.startsWith('--') ? [word] : [`${word}=${value}`];
    });
    expect(flags.length).toBeGreaterThan(8);
    expect(services.temporal.command).toEqual(expect.arrayContaining(flags));
  });

  test('publishes ports on this machine only', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports).not.toHaveLength(0);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });
});
