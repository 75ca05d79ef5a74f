import { createServer } from 'node:net';

/** Two ports of 127.0.0.1 that are free at this moment, held together so that they differ. */
export async function freePorts(): Promise<readonly [number, number]> {
  const [first, second] = await Promise.all([listen(0), listen(0)]);
  const ports = [portOf(first.address()), portOf(second.address())] as const;
  await Promise.all([close(first), close(second)]);
  return ports;
}

export async function isFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false;
  }
}

function listen(port: number) {
  const server = createServer();
  return new Promise<typeof server>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function close(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (typeof address === 'object' && address !== null) return address.port;
  throw new Error(`A listening server has no port: ${address}.`);
}
