import { cpus, hostname } from 'node:os';
import type { TaskRecord } from '../../domain/observation.ts';
import { parseHandlerLine, runOf } from './handler-line.ts';
import type { HostLog } from './host-log.ts';
import type { RecordWriter } from './record-store.ts';
import { parseRoutedLine } from './routed-line.ts';
import type { Task } from './task.ts';

/** What a workload prints is kept up to here; a host can live for a week. */
const mostOutputLines = 10_000;

/** Turns what pools and services say into records of the run that they belong to, or log lines. */
export class Witness {
  /** Of the window that was prepared last. */
  run: string | undefined;
  readonly #records: RecordWriter;
  readonly #log: HostLog;
  /** The run in whose window a task was started: its end belongs there too. */
  readonly #runOfTask = new Map<string, string>();
  #outputLines = 0;

  constructor(records: RecordWriter, log: HostLog) {
    this.#records = records;
    this.#log = log;
  }

  /** A line that an environment or task printed. */
  noteLine(line: string, place: string): void {
    const record = parseHandlerLine(line) ?? parseRoutedLine(line);
    const run = record === undefined ? undefined : runOf(record.requestId);
    if (record !== undefined && run !== undefined) {
      this.#records.write(run, record);
      return;
    }
    this.#outputLines += 1;
    if (this.#outputLines > mostOutputLines) return;
    this.#log('Workload printed', { place, line: line.slice(0, 1_000) });
  }

  noteTask(task: Task, workload: string): void {
    const run = this.#runOfTask.get(task.id) ?? this.run;
    if (run === undefined) return;
    if (task.state === 'stopped') this.#runOfTask.delete(task.id);
    else this.#runOfTask.set(task.id, run);
    this.#records.write(run, taskRecord(task, workload));
    const { state, stoppedReason } = task;
    this.#log('Task changed', { taskId: task.id, workload, state, stoppedReason });
  }

  /** A router is nobody's workload: its task is a fact of the log, not of a run. */
  noteRouter({ id: taskId, state, stoppedReason }: Task): void {
    this.#log('Router changed', { taskId, state, stoppedReason });
  }

  noteSamples(tasks: readonly Task[]): void {
    const { run } = this;
    if (run === undefined) return;
    for (const task of tasks) if (task.state === 'running') this.#records.write(run, task.sample());
  }

  noteTrouble(what: string, error: unknown): void {
    this.#log(what, { error: error instanceof Error ? error.message : String(error) });
  }
}

/** One machine is one placement: the resampling unit cannot be smaller (METHOD 1.9). */
function taskRecord(task: Task, workload: string): TaskRecord {
  return {
    kind: 'task',
    taskId: task.id,
    workload,
    cpuModel: cpus()[0]?.model ?? 'unknown',
    placement: hostname(),
    startedAtMs: task.startedAtMs,
    ...(task.stoppedAtMs === undefined ? {} : { stoppedAtMs: task.stoppedAtMs }),
    ...(task.stoppedReason === undefined ? {} : { stoppedReason: task.stoppedReason }),
  };
}
