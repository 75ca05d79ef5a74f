import { loadPayloadMaker } from './payloads.ts';

/** Bytes of the body that each workload's payload maker makes from a seed, by workload. */
export async function payloadSizes(
  handlers: Readonly<Record<string, string>>,
): Promise<(workload: string, seed: number) => number> {
  const makers = new Map(
    await Promise.all(
      Object.entries(handlers).map(
        async ([workload, handler]) => [workload, await loadPayloadMaker(handler)] as const,
      ),
    ),
  );
  return (workload, seed) => {
    const make = makers.get(workload);
    if (make === undefined) throw new Error(`No payload maker for workload "${workload}".`);
    return make(seed).body.byteLength;
  };
}
