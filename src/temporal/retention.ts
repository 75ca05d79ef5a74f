import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

export const defaultNamespace = 'default';

/** A thesis looks back on its campaigns for a season. */
const retentionDays = 90;

/**
 * The dev server forgets closed workflows after 24 h; ours keeps them for 90 days. The setting
 * stays in the database.
 */
export async function raiseRetention(address: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await untilNamespaceExists(connection);
    await connection.workflowService.updateNamespace({
      namespace: defaultNamespace,
      config: { workflowExecutionRetentionTtl: msToTs(`${retentionDays} days`) },
    });
  } finally {
    await connection.close();
  }
}

/** A new server answers a moment before it has registered its namespace. */
async function untilNamespaceExists(connection: Connection): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await connection.workflowService.describeNamespace({ namespace: defaultNamespace });
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await sleep(50);
    }
  }
}
