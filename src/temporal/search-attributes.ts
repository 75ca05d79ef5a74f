import type { Connection } from '@temporalio/client';
import { searchAttribute } from '../domain/names.ts';

/** `temporal.api.enums.v1.IndexedValueType`, of which we use three. */
const indexedValueType = { Keyword: 2, Int: 3, Double: 4 } as const;

/** Name and type of every search attribute that our workflows set. */
export const searchAttributeTypes: Readonly<Record<string, keyof typeof indexedValueType>> = {
  [searchAttribute.campaignId]: 'Keyword',
  [searchAttribute.campaignPhase]: 'Keyword',
  [searchAttribute.testbed]: 'Keyword',
  [searchAttribute.slotsDone]: 'Int',
  [searchAttribute.spentUsd]: 'Double',
};

/**
 * Registers what is missing on a server that is not ours (our own gets it by flags). Without it no
 * workflow of a campaign can start there.
 */
export async function ensureSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<void> {
  try {
    const registered = await connection.operatorService.listSearchAttributes({ namespace });
    const known = registered.customAttributes ?? {};
    const missing = Object.entries(searchAttributeTypes).filter(([name]) => !(name in known));
    refuseOtherTypes(known);
    for (const [name, type] of missing) await addOne(connection, { namespace, name, type });
  } catch (cause) {
    if (cause instanceof WrongType) throw cause;
    const commands = Object.entries(searchAttributeTypes).map(
      ([name, type]) =>
        `  temporal operator search-attribute create --namespace ${namespace} --name ${name} --type ${type}`,
    );
    throw new Error(
      `The search attributes of Crossover could not be registered in namespace "${namespace}". ` +
        `Ask whoever runs that Temporal for:\n${commands.join('\n')}`,
      { cause },
    );
  }
}

class WrongType extends Error {}

function refuseOtherTypes(known: Readonly<Record<string, number | null>>): void {
  for (const [name, type] of Object.entries(searchAttributeTypes)) {
    const registered = known[name];
    if (registered == null || registered === indexedValueType[type]) continue;
    throw new WrongType(
      `The search attribute ${name} exists on this Temporal server with another type (${registered} instead of ${type}). ` +
        'Use another namespace (TEMPORAL_NAMESPACE) or another server.',
    );
  }
}

async function addOne(
  connection: Connection,
  wanted: { namespace: string; name: string; type: keyof typeof indexedValueType },
): Promise<void> {
  try {
    await connection.operatorService.addSearchAttributes({
      namespace: wanted.namespace,
      searchAttributes: { [wanted.name]: indexedValueType[wanted.type] },
    });
  } catch (error) {
    // Somebody else was faster: another worker that starts at the same moment.
    if (error instanceof Error && /already exists/i.test(error.message)) return;
    throw error;
  }
}
