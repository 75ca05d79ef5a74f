/**
 * Starts Temporal's dev server once through the SDK, which downloads the program that fits it into
 * the given folder, and ends it at once: we start that program ourselves (src/temporal/server.ts).
 */
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [downloadDir] = process.argv.slice(2);
const environment = await TestWorkflowEnvironment.createLocal({
  server: { ip: '127.0.0.1', executable: { type: 'cached-download', downloadDir } },
});
await environment.teardown();
process.exit(0);
