import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type Connection } from '@temporalio/client';
import { requireBinary } from '../../src/temporal/binary.ts';
import { connectTo, findTemporal } from '../../src/temporal/connect.ts';
import { startServer } from '../../src/temporal/server.ts';

const checkout = join(import.meta.dirname, '../..');

/** A real server with a state folder of its own and no worker: what is started stays as it is. */
export interface TemporalServer extends AsyncDisposable {
  readonly stateFolder: string;
  readonly client: Client;
}

export async function startTemporalServer(): Promise<TemporalServer> {
  const stateFolder = await mkdtemp(join(tmpdir(), 'crossover-server-'));
  const { server } = await startServer({ stateFolder, binary: await temporalBinary() });
  const { connection, client } = await connectClient(stateFolder);
  return {
    stateFolder,
    client,
    [Symbol.asyncDispose]: async () => {
      await connection.close();
      process.kill(server.pid, 'SIGKILL');
      await rm(stateFolder, { recursive: true, maxRetries: 5 });
    },
  };
}

/** The program that this checkout's set-up has brought, whatever state folder a test uses. */
export function temporalBinary(): Promise<string> {
  return requireBinary({ environment: process.env, stateFolder: join(checkout, '.crossover') });
}

/** A client of the server that runs in a state folder. The caller closes the connection. */
export async function connectClient(
  stateFolder: string,
): Promise<{ readonly connection: Connection; readonly client: Client }> {
  const endpoint = await findTemporal({ environment: {}, stateFolder });
  if (endpoint === undefined) throw new Error('The server that was started is not found.');
  const connection = await connectTo(endpoint);
  return { connection, client: new Client({ connection, namespace: endpoint.namespace }) };
}
