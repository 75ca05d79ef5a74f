import { Connection, type ConnectionOptions } from '@temporalio/client';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { requireBinary, type TemporalSearch, TemporalUnavailable } from './binary.ts';
import { defaultNamespace } from './retention.ts';
import { findServer, startServer } from './server.ts';
import type { RunningServer } from './server-record.ts';

/** Where Temporal is. */
export interface TemporalEndpoint {
  /** For `Connection.connect` and `NativeConnection.connect` alike. */
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
  readonly namespace: string;
  /** The Web UI; unknown for a server that is not ours. */
  readonly uiAddress: string | undefined;
  /** Whether it is a server of this checkout, which has our search attributes by its flags. */
  readonly isLocal: boolean;
  /** The server that this process must stop when it ends. */
  readonly serverToStop: RunningServer | undefined;
}

/**
 * Where Temporal runs: `TEMPORAL_ADDRESS` (with the other `TEMPORAL_*` variables of
 * `@temporalio/envconfig`), else the server of the state folder. Starts nothing: undefined when
 * neither is there.
 */
export async function findTemporal(search: TemporalSearch): Promise<TemporalEndpoint | undefined> {
  const named = search.environment.TEMPORAL_ADDRESS;
  if (named !== undefined && named !== '') return fromEnvironment(search.environment);
  const server = await findServer(search.stateFolder);
  return server && endpointOf(server, false);
}

/** As {@link findTemporal}, but starts our own server when none is there. */
export async function findOrStartTemporal(search: TemporalSearch): Promise<TemporalEndpoint> {
  const named = search.environment.TEMPORAL_ADDRESS;
  if (named !== undefined && named !== '') return fromEnvironment(search.environment);
  // Not findServer first: startServer also takes over a server whose starter was killed.
  const binary = await requireBinary(search);
  const { server, isOurs } = await startServer({ stateFolder: search.stateFolder, binary });
  return endpointOf(server, isOurs);
}

/** Connects in time, or says what to do. The caller closes it. */
export async function connectTo(
  endpoint: TemporalEndpoint,
  withinMs = 10_000,
): Promise<Connection> {
  const { tls, ...rest } = endpoint.connectionOptions;
  const options: ConnectionOptions = { ...rest, ...(tls == null ? {} : { tls }) };
  try {
    return await Connection.connect({ connectTimeout: withinMs, ...options });
  } catch (cause) {
    const { address } = endpoint.connectionOptions;
    throw new TemporalUnavailable(
      endpoint.isLocal
        ? `Our Temporal server on ${address} does not answer. Its log is .crossover/logs/temporal.log.`
        : `No Temporal server answers on ${address} (TEMPORAL_ADDRESS). Start it, or unset TEMPORAL_ADDRESS to let Crossover start its own.`,
      { cause },
    );
  }
}

function fromEnvironment(environment: TemporalSearch['environment']): TemporalEndpoint {
  const overrideEnvVars: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined) overrideEnvVars[name] = value;
  }
  const config = loadClientConnectConfig({ overrideEnvVars });
  return {
    connectionOptions: config.connectionOptions,
    namespace: config.namespace ?? defaultNamespace,
    uiAddress: undefined,
    isLocal: false,
    serverToStop: undefined,
  };
}

function endpointOf(server: RunningServer, isOurs: boolean): TemporalEndpoint {
  return {
    connectionOptions: { address: server.address },
    namespace: defaultNamespace,
    uiAddress: server.uiAddress,
    isLocal: true,
    serverToStop: isOurs ? server : undefined,
  };
}
