import { Connection } from '@temporalio/client';

/** `grpc.health.v1.HealthCheckResponse.ServingStatus.SERVING` */
const serving = 1;

/** Whether a Temporal server answers at an address of this machine (no TLS). */
export async function isServing(address: string, withinMs: number): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: withinMs });
    const opened = connection;
    const health = await opened.withDeadline(Date.now() + withinMs, () =>
      opened.healthService.check({ service: 'temporal.api.workflowservice.v1.WorkflowService' }),
    );
    return health.status === serving;
  } catch {
    // Whatever the reason is, it does not answer: that is what was asked.
    return false;
  } finally {
    await connection?.close();
  }
}
