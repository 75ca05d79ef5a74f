import { readFileSync } from 'node:fs';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, test } from 'vitest';
import { historyEntries } from '../../src/cli/logs/history-entries.ts';
import { entryLines, showLogs } from '../../src/cli/logs.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { aCli, storeCampaign } from './a-cli.ts';

const at = (second: number): string => `2026-11-25T03:40:${String(second).padStart(2, '0')}.000Z`;

function ndjson(...lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

const worker = (second: number, workflowId: string, message: string, fields: object = {}) => ({
  at: at(second),
  process: 'worker',
  pid: 7,
  level: 'INFO',
  message,
  taskToken: 'secret-and-long',
  workflowId,
  ...fields,
});
const host = (second: number, fact: string, fields: object, pid = 9) => ({
  at: at(second),
  pid,
  fact,
  ...fields,
});

async function aCliWithLogs() {
  const cli = await aCli();
  await storeCampaign(cli.objects, 'demo');
  await cli.write(
    'logs/local-host.ndjson.1',
    ndjson(
      host(1, 'Host serves', { campaignId: 'demo' }),
      host(2, 'Task changed', { taskId: 't0' }),
    ),
  );
  await cli.write(
    'logs/local-host.ndjson',
    ndjson(
      host(3, 'Host serves', { campaignId: 'demo' }, 10),
      host(11, 'Task changed', { taskId: 't1' }, 10),
      host(14, 'Task changed', { taskId: 't2', stoppedReason: 'Replaced for slot-002' }, 10),
      host(20, 'Host serves', { campaignId: 'demo-2' }, 10),
      host(21, 'Task changed', { taskId: 't9' }, 10),
    ),
  );
  await cli.write(
    'logs/worker.ndjson',
    `${ndjson(
      { at: at(0), process: 'worker', message: 'Workflow bundle created' },
      worker(5, 'campaign/demo', 'Testbed deployed', { campaignId: 'demo' }),
      worker(10, 'campaign/demo/slot/001', 'Load run started', { run: 'slot-001' }),
      worker(10, 'campaign/demo-2/slot/001', 'Load run started', { run: 'slot-001' }),
      worker(12, 'campaign/demo/slot/001', 'Load run ended', { run: 'slot-001' }),
      worker(13, 'campaign/demo', 'Slot failed', { slot: 2, reason: 'no luck' }),
    )}{"at":"2026-11-25T03:40:59.000Z","process":"wor`,
  );
  return cli;
}

const texts = (json: readonly unknown[]) =>
  json.map((entry) => (entry as { text: string; at: string }).text);

describe('logs without a server', () => {
  test('have what the processes wrote about the campaign, in order, from all files', async () => {
    const { services, json, lines } = await aCliWithLogs();
    expect(await showLogs(services, 'demo', undefined)).toBe(0);
    expect(texts(json)).toEqual([
      'Host serves',
      'Task changed',
      'Host serves',
      'Testbed deployed',
      'Load run started',
      'Task changed',
      'Load run ended',
      'Slot failed',
      'Task changed',
    ]);
    expect(json[4]).toEqual({
      at: at(10),
      source: 'worker',
      where: 'slot/001',
      text: 'Load run started',
      fields: { pid: 7, level: 'INFO', run: 'slot-001' },
    });
    expect(lines[0]).toBe('2026-11-25 (UTC)');
    expect(lines.join(' ')).toContain('Without Temporal');
  });

  test('of a slot have its lines, and what a host did meanwhile', async () => {
    const { services, json } = await aCliWithLogs();
    await showLogs(services, 'demo', '1');
    expect(texts(json)).toEqual(['Load run started', 'Task changed', 'Load run ended']);
  });

  test('of a slot have what others say about it', async () => {
    const { services, json } = await aCliWithLogs();
    await showLogs(services, 'demo', '2');
    expect(texts(json)).toEqual(['Slot failed', 'Task changed']);
  });

  test('are refused for a slot or a campaign that does not exist', async () => {
    const { services } = await aCliWithLogs();
    for (const slot of ['0', '5', 'x', '1.5']) {
      await expect(showLogs(services, 'demo', slot)).rejects.toThrow('numbered 1 to 4');
    }
    await expect(showLogs(services, 'nothing', undefined)).rejects.toThrow(UsageError);
  });

  test('say so when nothing is recorded', async () => {
    const { services, objects, lines, json } = await aCli();
    await storeCampaign(objects, 'demo');
    expect(await showLogs(services, 'demo', undefined)).toBe(0);
    expect(lines[0]).toContain('Nothing is recorded');
    expect(json).toEqual([]);
  });
});

describe('what is printed', () => {
  test('fits into 80 columns, in one paragraph each, with a heading where a day begins', () => {
    const lines = entryLines([
      {
        at: at(1),
        source: 'worker',
        where: 'slot/001',
        text: `first\nsecond ${'word '.repeat(30)}`,
      },
      {
        at: '2026-11-26T00:00:00.000Z',
        source: 'local-host',
        text: 'Task changed',
        fields: { pid: 3, taskId: 'ab'.repeat(20), path: '/x'.repeat(100), reason: 'Replaced' },
      },
    ]);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines[0]).toBe('2026-11-25 (UTC)');
    expect(lines[1]).toMatch(/^03:40:01\.000 {2}slot\/001 {8}first second word/);
    expect(lines[2]).toMatch(/^ {14}word/);
    expect(lines).toContain('2026-11-26 (UTC)');
    expect(lines.join(' ')).toMatch(/taskId=abababababab\s.*reason=Replaced/);
  });
});

describe("a workflow's history", () => {
  const entriesOf = (file: string, workflowId: string) => {
    const text = readFileSync(`test/histories/0.1.0/${file}.json`, 'utf8');
    return historyEntries('demo', workflowId, historyFromJSON(JSON.parse(text)));
  };

  test('is its begin, its activities with what they did, and its end', () => {
    const entries = entriesOf('campaign-slot-001', 'campaign/demo/slot/001');
    expect(entries.map(({ text }) => text.replace(/\d+\.\d s/, 'n s'))).toEqual([
      'began',
      'drawRequests (draw the requests): done after n s',
      'prepareWindow (bring the platforms up): done after n s',
      expect.stringMatching(/^runLoad \(\d+ requests to both platforms\): done after n s$/),
      'joinObservations (collect and join the records): done after n s',
      'ended',
    ]);
    expect(new Set(entries.map(({ where }) => where))).toEqual(new Set(['slot/001']));
  });

  test('of the campaign leaves timers and tasks out', () => {
    const entries = entriesOf('campaign', 'campaign/demo');
    expect(entries[0]).toMatchObject({ source: 'temporal', where: 'campaign', text: 'began' });
    expect(entries.at(-1)?.text).toBe('ended');
    expect(entries.some(({ text }) => /timer|task/i.test(text))).toBe(false);
  });

  test('has failures by what happened, attempts, and what was said to it', () => {
    const time = (seconds: number) => ({ seconds, nanos: 500_000_000 });
    const json = (value: unknown) => ({
      metadata: { encoding: new TextEncoder().encode('json/plain') },
      data: new TextEncoder().encode(JSON.stringify(value)),
    });
    const failure = { message: 'Activity task failed', cause: { message: 'disk full' } };
    const events = [
      {
        eventId: 1,
        eventTime: time(0),
        activityTaskScheduledEventAttributes: { activityType: { name: 'runLoad' } },
      },
      {
        eventTime: time(3),
        workflowExecutionSignaledEventAttributes: {
          signalName: 'note',
          input: { payloads: [json('too hot')] },
        },
      },
      {
        eventTime: time(9),
        activityTaskStartedEventAttributes: {
          scheduledEventId: 1,
          attempt: 2,
          lastFailure: { message: 'worker gone' },
        },
      },
      { eventTime: time(9), activityTaskFailedEventAttributes: { scheduledEventId: 1, failure } },
      {
        eventTime: time(10),
        workflowTaskFailedEventAttributes: { failure: { message: 'UnhandledCommand' } },
      },
      { eventTime: time(11), workflowExecutionTerminatedEventAttributes: { reason: 'by hand' } },
    ];
    const history = { events } as unknown as Parameters<typeof historyEntries>[2];
    const entries = historyEntries('demo', 'testbed/local', history);
    expect(entries.map(({ text }) => text)).toEqual([
      'signal note: "too hot"',
      'runLoad: attempt 2, after worker gone',
      'runLoad: failed after 9.0 s, attempt 2: disk full',
      'was terminated: by hand',
    ]);
    expect(entries[0]).toMatchObject({ at: '1970-01-01T00:00:03.500Z', where: 'testbed' });
  });
});
