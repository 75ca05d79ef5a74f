import type { ActivityRig } from './rig.ts';

/**
 * Makes what a campaign has stored once for all tests of a file, and puts a copy of it into the
 * store of each rig: joining and simulating take longer than everything else in a test.
 */
export function copiesOf(
  make: () => Promise<ActivityRig>,
): <Rig extends ActivityRig>(rig: Rig) => Promise<Rig> {
  let made: Promise<ReadonlyMap<string, Uint8Array>> | undefined;
  return async (rig) => {
    made ??= make().then(bodiesOf);
    for (const [key, body] of await made) await rig.ports.objects.put(key, body);
    return rig;
  };
}

async function bodiesOf({ store }: ActivityRig): Promise<ReadonlyMap<string, Uint8Array>> {
  const bodies = new Map<string, Uint8Array>();
  for (const key of await store.objects.list(store.keys.root)) {
    bodies.set(key, await store.requireBytes(key));
  }
  return bodies;
}
