import { fileURLToPath } from 'node:url';

import { TypedSearchAttributes } from '@temporalio/common';
import type { coresdk } from '@temporalio/proto';
// biome-ignore lint/correctness/noUnresolvedImports: a CommonJS package, whose exports are the default.
import protos from '@temporalio/proto';
import { bundleWorkflowCode, DefaultLogger, Runtime } from '@temporalio/worker';
import { parseWorkflowCode } from '@temporalio/worker/lib/worker.js';
import { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm.js';

export type Job = coresdk.workflow_activation.IWorkflowActivationJob;
export type WorkflowCommand = coresdk.workflow_commands.IWorkflowCommand;
type Completion = coresdk.workflow_completion.IWorkflowActivationCompletion;
export type SandboxedWorkflow = Awaited<ReturnType<ReusableVMWorkflowCreator['createWorkflow']>>;

let creator: Promise<ReusableVMWorkflowCreator> | undefined;

/** The SDK's own sandbox with the real workflow bundle; built once for all tests of a process. */
async function openSandbox(): Promise<ReusableVMWorkflowCreator> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../src/workflows/registry.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
  return ReusableVMWorkflowCreator.create(parseWorkflowCode(code), 5000, new Set());
}

export interface SandboxedStart {
  readonly workflowType: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly nowMs: () => number;
}

/** Creates a workflow in the sandbox. It does nothing until it is activated. */
export async function createSandboxed(start: SandboxedStart): Promise<SandboxedWorkflow> {
  creator ??= openSandbox();
  const sandbox = await creator;
  return sandbox.createWorkflow({
    info: {
      workflowType: start.workflowType,
      runId: start.runId,
      workflowId: start.workflowId,
      namespace: 'virtual',
      firstExecutionRunId: start.runId,
      attempt: 1,
      taskTimeoutMs: 10_000,
      taskQueue: 'campaign',
      searchAttributes: {},
      typedSearchAttributes: new TypedSearchAttributes(),
      historyLength: 3,
      historySize: 300,
      continueAsNewSuggested: false,
      targetWorkerDeploymentVersionChanged: false,
      startTime: new Date(start.nowMs()),
      runStartTime: new Date(start.nowMs()),
      unsafe: {
        isReplaying: false,
        isReplayingHistoryEvents: false,
        now: start.nowMs,
        random: { random: Math.random } as never,
      },
    } as never,
    randomnessSeed: [1, 2, 3, 4],
    now: start.nowMs(),
    showStackTraceSources: false,
  });
}

/** Hands jobs to a workflow and returns the commands that it answers with. */
export async function activate(
  workflow: SandboxedWorkflow,
  input: {
    readonly runId: string;
    readonly nowMs: number;
    readonly jobs: readonly Job[];
    readonly continueAsNewSuggested: boolean;
  },
): Promise<readonly WorkflowCommand[]> {
  const completion: Completion = await workflow.activate(
    protos.coresdk.workflow_activation.WorkflowActivation.fromObject({
      runId: input.runId,
      timestamp: { seconds: Math.floor(input.nowMs / 1000), nanos: (input.nowMs % 1000) * 1e6 },
      isReplaying: false,
      historyLength: 10,
      continueAsNewSuggested: input.continueAsNewSuggested,
      jobs: input.jobs,
    } as never),
  );
  await workflow.getAndResetSinkCalls();
  if (completion.failed) {
    throw new Error(`A workflow task failed: ${completion.failed.failure?.message}`);
  }
  return completion.successful?.commands ?? [];
}
