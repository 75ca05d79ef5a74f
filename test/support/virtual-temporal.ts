import {
  CancelledFailure,
  defaultFailureConverter,
  defaultPayloadConverter,
  TerminatedFailure,
} from '@temporalio/common';
import type { coresdk } from '@temporalio/proto';

import {
  activate,
  createSandboxed,
  type Job,
  type SandboxedWorkflow,
  type WorkflowCommand,
} from './workflow-sandbox.ts';

type Activity = (...input: never[]) => Promise<unknown>;
export type Activities = Readonly<Record<string, Activity>>;

export type Result =
  | { readonly status: 'completed'; readonly value: unknown }
  | { readonly status: 'failed'; readonly error: Error }
  | { readonly status: 'cancelled' | 'terminated' | 'continued' };

interface Execution {
  readonly runId: string;
  readonly workflowId: string;
  readonly workflow: SandboxedWorkflow;
  readonly parent?: { readonly execution: Execution; readonly seq: number };
  /** Children that are running, by the number of the command that started them. */
  readonly children: Map<number, string>;
  /** Timers and activities that were cancelled and must not fire any more. */
  readonly dead: Set<string>;
  result?: Result;
}

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly execution: Execution;
  readonly jobs: readonly Job[];
  /** Names the timer or activity that it answers, so that a cancel can drop it. */
  readonly of?: string;
}

const toPayload = (value: unknown) => defaultPayloadConverter.toPayload(value);
const fromPayload = (payload: unknown) => defaultPayloadConverter.fromPayload(payload as never);
const toFailure = (error: unknown) =>
  defaultFailureConverter.errorToFailure(error, defaultPayloadConverter);

/**
 * Runs real workflow code in the SDK's own sandbox and answers its commands on a clock of ours: a
 * week of hourly slots takes seconds, and needs no server. It does what a server would do as far as
 * our workflows go, and throws on a command that it does not know. A child that waits for its
 * cancellation gets it by id, as on the server; a terminated parent's children are cancelled.
 */
export class VirtualTemporal {
  nowMs: number;
  /** How long activities take, by name; the default is nothing. */
  activityMs: (name: string) => number = () => 0;
  suggestContinueAsNewEvery = Number.POSITIVE_INFINITY;
  readonly #activities: Activities;
  readonly #agenda: Entry[] = [];
  readonly #latest = new Map<string, Execution>();
  readonly #answers = new Map<string, PromiseWithResolvers<unknown>>();
  #activations = 0;
  #counter = 0;

  constructor(activities: Activities, startsAt: string) {
    this.#activities = activities;
    this.nowMs = Date.parse(startsAt);
  }

  async start(
    workflowType: string,
    workflowId: string,
    args: readonly unknown[],
    parent?: Execution['parent'],
  ): Promise<Execution> {
    this.#counter += 1;
    const runId = `run-${this.#counter}`;
    const workflow = await createSandboxed({
      workflowType,
      workflowId,
      runId,
      nowMs: () => this.nowMs,
    });
    const execution: Execution = {
      runId,
      workflowId,
      workflow,
      children: new Map(),
      dead: new Set(),
      ...(parent === undefined ? {} : { parent }),
    };
    this.#latest.set(workflowId, execution);
    const initializeWorkflow = {
      workflowType,
      workflowId,
      arguments: args.map(toPayload),
      randomnessSeed: 1,
    } as never;
    this.#schedule(0, execution, [{ initializeWorkflow }]);
    return execution;
  }

  /** Resolves with the handler's answer, or rejects with the validator's refusal. */
  update(workflowId: string, name: string, ...args: unknown[]): Promise<unknown> {
    this.#counter += 1;
    const id = `update-${this.#counter}`;
    const answer = Promise.withResolvers<unknown>();
    this.#answers.set(id, answer);
    const doUpdate = {
      id,
      protocolInstanceId: id,
      name,
      input: args.map(toPayload),
      runValidator: true,
      meta: { identity: 'test', updateId: id },
    } as never;
    this.#schedule(0, this.#current(workflowId), [{ doUpdate }]);
    return answer.promise;
  }

  signal(workflowId: string, signalName: string, ...args: unknown[]): void {
    const signalWorkflow = { signalName, input: args.map(toPayload), identity: 'test' } as never;
    this.#schedule(0, this.#current(workflowId), [{ signalWorkflow }]);
  }

  cancel(workflowId: string): void {
    this.#schedule(0, this.#current(workflowId), [{ cancelWorkflow: { reason: 'test' } }]);
  }

  /** Ends a workflow from outside: it does not run another line, its children are cancelled. */
  terminate(workflowId: string): void {
    const execution = this.#current(workflowId);
    execution.result = { status: 'terminated' };
    this.#cancelChildren(execution);
    this.#tellParent(execution, {
      failed: { failure: this.#childFailure(execution, new TerminatedFailure('terminated')) },
    });
  }

  async query(workflowId: string, queryType: string): Promise<unknown> {
    const execution = this.#current(workflowId);
    const jobs = [{ queryWorkflow: { queryId: 'q', queryType, arguments: [] } }];
    const [command] = await this.#activate(execution, jobs);
    return fromPayload(command?.respondToQuery?.succeeded?.response);
  }

  resultOf(workflowId: string): Result | undefined {
    return this.#current(workflowId).result;
  }

  wasStarted(workflowId: string): boolean {
    return this.#latest.has(workflowId);
  }

  /** Runs until nothing is left to do, or until the clock would pass `untilMs`. */
  async run(untilMs = Number.POSITIVE_INFINITY): Promise<void> {
    for (;;) {
      this.#agenda.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      const next = this.#agenda[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#agenda.shift();
      if (next.execution.result !== undefined) continue;
      if (next.of !== undefined && next.execution.dead.has(next.of)) continue;
      this.nowMs = Math.max(this.nowMs, next.atMs);
      for (const command of await this.#activate(next.execution, next.jobs)) {
        await this.#answer(next.execution, command);
      }
    }
    if (untilMs !== Number.POSITIVE_INFINITY) this.nowMs = Math.max(this.nowMs, untilMs);
  }

  #activate(execution: Execution, jobs: readonly Job[]): Promise<readonly WorkflowCommand[]> {
    this.#activations += 1;
    return activate(execution.workflow, {
      runId: execution.runId,
      nowMs: this.nowMs,
      jobs,
      continueAsNewSuggested: this.#activations % this.suggestContinueAsNewEvery === 0,
    });
  }

  async #answer(execution: Execution, command: WorkflowCommand): Promise<void> {
    if (command.startTimer) {
      const { startToFireTimeout } = command.startTimer;
      const seq = Number(command.startTimer.seq);
      this.#schedule(toMs(startToFireTimeout), execution, [{ fireTimer: { seq } }], `timer-${seq}`);
    } else if (command.cancelTimer) {
      execution.dead.add(`timer-${command.cancelTimer.seq}`);
    } else if (command.scheduleActivity) {
      await this.#perform(execution, command.scheduleActivity);
    } else if (command.requestCancelActivity) {
      this.#cancelActivity(execution, Number(command.requestCancelActivity.seq));
    } else if (command.startChildWorkflowExecution) {
      await this.#startChild(execution, command.startChildWorkflowExecution);
    } else if (command.cancelChildWorkflowExecution) {
      const seq = Number(command.cancelChildWorkflowExecution.childWorkflowSeq);
      const child = execution.children.get(seq);
      if (child !== undefined) this.cancel(child);
    } else if (command.requestCancelExternalWorkflowExecution) {
      const { workflowExecution } = command.requestCancelExternalWorkflowExecution;
      const seq = Number(command.requestCancelExternalWorkflowExecution.seq);
      const failure = this.#reach(workflowExecution?.workflowId, (id) => this.cancel(id));
      const resolveRequestCancelExternalWorkflow = { seq, ...failure };
      this.#schedule(0, execution, [{ resolveRequestCancelExternalWorkflow }]);
    } else if (command.signalExternalWorkflowExecution) {
      const { workflowExecution, signalName, args } = command.signalExternalWorkflowExecution;
      const seq = Number(command.signalExternalWorkflowExecution.seq);
      const failure = this.#reach(workflowExecution?.workflowId, (id) =>
        this.signal(id, signalName ?? '', ...(args ?? []).map(fromPayload)),
      );
      this.#schedule(0, execution, [{ resolveSignalExternalWorkflow: { seq, ...failure } }]);
    } else if (command.updateResponse) {
      const { protocolInstanceId, completed, rejected } = command.updateResponse;
      const answer = this.#answers.get(protocolInstanceId ?? '');
      if (completed) answer?.resolve(fromPayload(completed));
      if (rejected) {
        answer?.reject(
          defaultFailureConverter.failureToError(rejected as never, defaultPayloadConverter),
        );
      }
    } else if (!(await this.#close(execution, command)) && !isWithoutAnswer(command)) {
      throw new Error(`The virtual server does not know this command: ${JSON.stringify(command)}`);
    }
  }

  async #perform(
    execution: Execution,
    command: coresdk.workflow_commands.IScheduleActivity,
  ): Promise<void> {
    const seq = Number(command.seq);
    const name = command.activityType ?? '';
    const activity = this.#activities[name];
    if (activity === undefined) throw new Error(`No activity "${name}" was given to the test.`);
    const delayMs = this.activityMs(name);
    const of = `activity-${seq}`;
    try {
      const value = await activity(...((command.arguments ?? []).map(fromPayload) as never[]));
      const result = { completed: { result: toPayload(value) } };
      this.#schedule(delayMs, execution, [{ resolveActivity: { seq, result } }], of);
    } catch (error) {
      const failure = {
        message: 'Activity task failed',
        activityFailureInfo: { activityType: { name }, retryState: 4 as never },
        cause: toFailure(error),
      };
      this.#schedule(
        delayMs,
        execution,
        [{ resolveActivity: { seq, result: { failed: { failure } } } }],
        of,
      );
    }
  }

  #cancelActivity(execution: Execution, seq: number): void {
    execution.dead.add(`activity-${seq}`);
    const failure = {
      message: 'Activity cancelled',
      activityFailureInfo: { activityType: { name: 'cancelled' }, retryState: 0 as never },
      cause: toFailure(new CancelledFailure('cancelled')),
    };
    this.#schedule(0, execution, [
      { resolveActivity: { seq, result: { cancelled: { failure } } } },
    ]);
  }

  async #startChild(
    execution: Execution,
    command: coresdk.workflow_commands.IStartChildWorkflowExecution,
  ): Promise<void> {
    const seq = Number(command.seq);
    const workflowId = command.workflowId ?? '';
    const child = await this.start(
      command.workflowType ?? '',
      workflowId,
      (command.input ?? []).map(fromPayload),
      { execution, seq },
    );
    execution.children.set(seq, workflowId);
    this.#schedule(0, execution, [
      { resolveChildWorkflowExecutionStart: { seq, succeeded: { runId: child.runId } } },
    ]);
  }

  /** True when the command closes the workflow. */
  async #close(execution: Execution, command: WorkflowCommand): Promise<boolean> {
    if (command.completeWorkflowExecution) {
      const { result } = command.completeWorkflowExecution;
      execution.result = { status: 'completed', value: result ? fromPayload(result) : undefined };
      this.#tellParent(execution, { completed: { result: result ?? toPayload(undefined) } });
    } else if (command.failWorkflowExecution) {
      const failure = command.failWorkflowExecution.failure as never;
      const error = defaultFailureConverter.failureToError(failure, defaultPayloadConverter);
      execution.result = { status: 'failed', error };
      this.#tellParent(execution, { failed: { failure: this.#childFailure(execution, error) } });
    } else if (command.cancelWorkflowExecution) {
      execution.result = { status: 'cancelled' };
      const failure = this.#childFailure(execution, new CancelledFailure('cancelled'));
      this.#tellParent(execution, { cancelled: { failure } });
    } else if (command.continueAsNewWorkflowExecution) {
      const { workflowType, arguments: args } = command.continueAsNewWorkflowExecution;
      execution.result = { status: 'continued' };
      await this.start(
        workflowType ?? '',
        execution.workflowId,
        (args ?? []).map(fromPayload),
        execution.parent,
      );
      return true;
    } else {
      return false;
    }
    this.#cancelChildren(execution);
    return true;
  }

  #cancelChildren(execution: Execution): void {
    for (const child of execution.children.values()) {
      if (this.#current(child).result === undefined) this.cancel(child);
    }
  }

  /** What a workflow learns when it reaches for another one that is not running. */
  #reach(workflowId: string | null | undefined, act: (id: string) => void): object {
    const target = this.#latest.get(workflowId ?? '');
    if (target !== undefined && target.result === undefined) {
      act(workflowId ?? '');
      return {};
    }
    const info = { type: 'ExternalWorkflowExecutionNotFound', nonRetryable: true };
    return { failure: { message: 'not found', applicationFailureInfo: info } };
  }

  #childFailure({ workflowId, runId }: Execution, error: Error): object {
    return {
      message: 'Child workflow failed',
      cause: toFailure(error),
      childWorkflowExecutionFailureInfo: {
        workflowType: { name: 'child' },
        workflowExecution: { workflowId, runId },
        retryState: 5 as never,
      },
    };
  }

  #tellParent(
    { parent, workflowId }: Execution,
    result: coresdk.child_workflow.IChildWorkflowResult,
  ): void {
    if (parent === undefined) return;
    const { execution, seq } = parent;
    if (execution.children.get(seq) === workflowId) execution.children.delete(seq);
    this.#schedule(0, execution, [{ resolveChildWorkflowExecution: { seq, result } }]);
  }

  #schedule(delayMs: number, execution: Execution, jobs: readonly Job[], of?: string): void {
    this.#counter += 1;
    const atMs = this.nowMs + delayMs;
    this.#agenda.push({
      atMs,
      order: this.#counter,
      execution,
      jobs,
      ...(of === undefined ? {} : { of }),
    });
  }

  #current(workflowId: string): Execution {
    const execution = this.#latest.get(workflowId);
    if (execution === undefined) throw new Error(`No workflow "${workflowId}" was started.`);
    return execution;
  }
}

/** Commands that a server only writes down. */
function isWithoutAnswer(command: WorkflowCommand): boolean {
  return Boolean(
    command.upsertWorkflowSearchAttributes ??
      command.modifyWorkflowProperties ??
      command.setPatchMarker,
  );
}

function toMs(duration: { seconds?: unknown; nanos?: number | null } | null | undefined): number {
  return Number(duration?.seconds ?? 0) * 1000 + (duration?.nanos ?? 0) / 1e6;
}
