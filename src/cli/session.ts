import { Client } from '@temporalio/client';

import { TemporalUnavailable } from '../temporal/binary.ts';
import {
  connectTo,
  findOrStartTemporal,
  findTemporal,
  type TemporalEndpoint,
} from '../temporal/connect.ts';
import { ensureSearchAttributes } from '../temporal/search-attributes.ts';
import { stopServer } from '../temporal/server.ts';
import type { CliServices } from './services.ts';
import { UsageError } from './usage-error.ts';

/** A connection to Temporal for the length of one command. */
export interface Session {
  readonly client: Client;
  readonly endpoint: TemporalEndpoint;
  /** Closes the connection, and stops the server if this session has started it. */
  close(): Promise<void>;
}

/** Connects to the server that is running; commands that steer or look never start one. */
export async function openSession(services: CliServices): Promise<Session> {
  const session = await findSession(services);
  if (session === undefined) {
    throw new UsageError(
      'No Temporal server is running here. "crossover run PLAN" and "crossover dev" start one; ' +
        'for a server elsewhere set TEMPORAL_ADDRESS.',
    );
  }
  return session;
}

/** For commands that can do without: undefined when no server is there, or it does not answer. */
export async function findReachableSession(services: CliServices): Promise<Session | undefined> {
  try {
    return await findSession(services);
  } catch (error) {
    if (error instanceof TemporalUnavailable) return undefined;
    throw error;
  }
}

/** As {@link openSession}, for commands that can do without: undefined when no server is running. */
export async function findSession(services: CliServices): Promise<Session | undefined> {
  const { environment, config } = services;
  const { stateFolder, binFolder } = config;
  const endpoint = await findTemporal({ environment, stateFolder, binFolder });
  return endpoint && (await connect(services, endpoint));
}

/** Connects, and starts our own server when none is there. */
export async function openOrStartSession(services: CliServices): Promise<Session> {
  const { environment, config } = services;
  const { stateFolder, binFolder } = config;
  return await connect(
    services,
    await findOrStartTemporal({ environment, stateFolder, binFolder }),
  );
}

async function connect(services: CliServices, endpoint: TemporalEndpoint): Promise<Session> {
  const stop = async (): Promise<void> => {
    if (endpoint.serverToStop !== undefined) await stopServer(endpoint.serverToStop);
  };
  try {
    const connection = await connectTo(endpoint);
    if (!endpoint.isLocal) await ensureSearchAttributes(connection, endpoint.namespace);
    const client = new Client({
      connection,
      namespace: endpoint.namespace,
      identity: `cli@${services.config.hostName}`,
    });
    return {
      client,
      endpoint,
      close: async () => {
        await connection.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
