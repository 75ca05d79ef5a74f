import { describe, expect, it } from 'vitest';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import {
  FargateService,
  type FargateServiceSpec,
} from '../../../src/testbeds/simulated/fargate-model.ts';
import type { Task } from '../../../src/testbeds/simulated/fargate-task-model.ts';
import {
  ProcessorSharing,
  SlotQueue,
  type TaskQueue,
} from '../../../src/testbeds/simulated/task-queue-model.ts';
import { calmSimulation, poissonMs } from './builders.ts';

const minuteMs = 60_000;

/** When each job of a queue is done; `jobs` are `[arrival, work]`. */
function donesOf(queue: TaskQueue<number>, jobs: readonly (readonly [number, number])[]): number[] {
  const dones: number[] = [];
  const onDone = (job: number, doneMs: number): void => {
    dones[job] = doneMs;
  };
  for (const [job, [arrivesMs, workMs]] of jobs.entries()) {
    queue.advance(arrivesMs, onDone);
    queue.add(job, workMs);
  }
  while (queue.size > 0) queue.advance(queue.nextDoneMs, onDone);
  return dones;
}

describe('processor sharing', () => {
  it('gives one request at most one vCPU, and all together at most what the task has', () => {
    const alone = (vcpu: number) =>
      donesOf(new ProcessorSharing({ vcpu, speed: 1, atMs: 0 }), [[0, 100]]);
    expect(alone(0.25)).toEqual([400]);
    expect(alone(1)).toEqual([100]);
    expect(alone(2)).toEqual([100]);
    const three = donesOf(new ProcessorSharing({ vcpu: 2, speed: 1, atMs: 0 }), [
      [0, 100],
      [0, 100],
      [0, 100],
    ]);
    expect(three).toEqual([150, 150, 150]);
  });

  it('slows down who is there when somebody comes', () => {
    // Alone until 50, then half the speed each; the first has 50 left and is done at 150, the
    // second has then 50 left and is alone again.
    const dones = donesOf(new ProcessorSharing({ vcpu: 1, speed: 1, atMs: 0 }), [
      [0, 100],
      [50, 100],
    ]);
    expect(dones).toEqual([150, 200]);
  });

  it('is as fast as its host', () => {
    expect(donesOf(new ProcessorSharing({ vcpu: 1, speed: 2, atMs: 0 }), [[10, 100]])).toEqual([
      60,
    ]);
  });

  it('has the mean response time s/(1 − ρ) of an M/D/1 queue with processor sharing', () => {
    const serviceMs = 100;
    for (const utilisation of [0.3, 0.6]) {
      const arrivals = poissonMs(serviceMs / utilisation, 60_000, 11);
      const queue = new ProcessorSharing<number>({ vcpu: 1, speed: 1, atMs: 0 });
      const dones = donesOf(
        queue,
        arrivals.map((atMs) => [atMs, serviceMs]),
      );
      const sum = dones.reduce((total, doneMs, job) => total + doneMs - (arrivals[job] ?? 0), 0);
      const expected = serviceMs / (1 - utilisation);
      expect(sum / arrivals.length / expected).toBeGreaterThan(0.97);
      expect(sum / arrivals.length / expected).toBeLessThan(1.03);
      // All work is done by somebody, and a task that has one vCPU holds nobody back alone.
      expect(queue.counters.busyMs).toBeCloseTo(arrivals.length * serviceMs, 0);
    }
  });

  it('counts the time for which the limit held somebody back', () => {
    const queue = new ProcessorSharing<number>({ vcpu: 0.25, speed: 1, atMs: 0 });
    donesOf(queue, [[0, 100]]);
    expect(queue.counters).toEqual({ busyMs: 100, throttledMs: 300 });
  });
});

describe('slots', () => {
  it('serve so many at once, and the others in the order in which they came', () => {
    const queue = new SlotQueue<number>({ slots: 2, atMs: 0 });
    const dones = donesOf(queue, [
      [0, 100],
      [10, 30],
      [20, 50],
      [30, 10],
    ]);
    // The third begins when the second ends (40), the fourth when the third does (90).
    expect(dones).toEqual([100, 40, 90, 100]);
    expect(queue.counters.busyMs).toBe(190);
  });

  it('have the mean wait C(c, a)·s/(c − a) of an M/M/c queue, by A. K. Erlang', () => {
    const [slots, offered, serviceMs] = [4, 2.8, 100];
    const arrivals = poissonMs(serviceMs / offered, 200_000, 3);
    const random = randomFor(4, 'work');
    const works = arrivals.map(() => -serviceMs * Math.log(1 - random()));
    const dones = donesOf(
      new SlotQueue<number>({ slots, atMs: 0 }),
      arrivals.map((atMs, job) => [atMs, works[job] ?? 0]),
    );
    const waits = dones.map((doneMs, job) => doneMs - (arrivals[job] ?? 0) - (works[job] ?? 0));
    // 1 + a + a²/2 + a³/6 of the states without a full house, and a⁴/24 · c/(c − a) of the others.
    const open = 1 + offered + offered ** 2 / 2 + offered ** 3 / 6;
    const full = (offered ** 4 / 24) * (slots / (slots - offered));
    const expectedMs = ((full / (open + full)) * serviceMs) / (slots - offered);
    const meanMs = waits.reduce((sum, waitMs) => sum + waitMs, 0) / waits.length;
    expect(meanMs / expectedMs).toBeGreaterThan(0.95);
    expect(meanMs / expectedMs).toBeLessThan(1.05);
  });
});

interface Seen {
  readonly done: Map<number, number>;
  readonly lost: Map<number, number>;
  readonly samples: { readonly task: number; readonly atMs: number; readonly busyMs: number }[];
}

function aService(
  changes: Partial<Omit<FargateServiceSpec, 'fargate'>> & {
    readonly fargate?: Partial<FargateServiceSpec['fargate']>;
  } = {},
  seed = 1,
) {
  const { fargate, ...rest } = changes;
  const seen: Seen = { done: new Map(), lost: new Map(), samples: [] };
  const service = new FargateService<number>(
    {
      vcpu: 1,
      tasks: 1,
      beginsMs: 0,
      ...rest,
      fargate: { ...calmSimulation.fargate, ...fargate },
    },
    (task) => randomFor(seed, 'task', task),
    {
      onDone: (job, doneMs) => seen.done.set(job, doneMs),
      onLost: (job, atMs) => seen.lost.set(job, atMs),
      onSample: (task, atMs) =>
        seen.samples.push({ task: task.number, atMs, busyMs: task.queue.counters.busyMs }),
    },
  );
  return { service, seen };
}

function numberOf(task: Task<number> | string): number | string {
  return typeof task === 'string' ? task : task.number;
}

describe('a service', () => {
  it('gives a request to the task with the fewest, in turn where several have as few', () => {
    const { service } = aService({ tasks: 3 });
    const first = [1, 2, 3].map((job) => numberOf(service.submit(job, 0, 1_000)));
    expect(new Set(first)).toEqual(new Set([1, 2, 3]));
    // The task of the second job has done it when the next one comes.
    const { service: other } = aService({ tasks: 2 });
    const slow = numberOf(other.submit(1, 0, 1_000));
    const quick = numberOf(other.submit(2, 0, 10));
    expect(quick).not.toBe(slow);
    expect(numberOf(other.submit(3, 20, 10))).toBe(quick);
  });

  it('has a host of its own for every task, and as fast ones on average', () => {
    const speeds = Array.from({ length: 300 }, (_, seed) => {
      const { service, seen } = aService({ fargate: { placementSigma: 0.1 } }, seed);
      service.submit(1, 0, 100);
      service.drain();
      return 100 / (seen.done.get(1) ?? 0);
    });
    const logs = speeds.map(Math.log);
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    const sd = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length);
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(sd).toBeGreaterThan(0.085);
    expect(sd).toBeLessThan(0.115);
  });

  it('lets work that waits for others wait as long on a fast host as on a slow one', () => {
    const donesMs = [0.5, 2].map((speed) => {
      const { service, seen } = aService({ slotsPerTask: 2, fargate: { speed } });
      service.submit(1, 0, 100);
      service.drain();
      return seen.done.get(1);
    });
    expect(donesMs).toEqual([100, 100]);
  });

  it('reads the counters of its tasks at even times, busy or not, and at the end', () => {
    const { service, seen } = aService({ fargate: { sampleEveryMs: 10_000 } });
    service.submit(1, 5_000, 10_000);
    service.drain();
    service.close(22_000);
    expect(seen.samples).toEqual([
      { task: 1, atMs: 0, busyMs: 0 },
      { task: 1, atMs: 10_000, busyMs: 5_000 },
      { task: 1, atMs: 20_000, busyMs: 10_000 },
      { task: 1, atMs: 22_000, busyMs: 10_000 },
    ]);
  });

  it('takes no more than a task can hold', () => {
    const { service } = aService({ fargate: { requestsPerTask: 2 } });
    const taken = [1, 2, 3].map((job) => numberOf(service.submit(job, 0, 1_000)));
    expect(taken).toEqual([1, 1, 'full']);
  });

  it('without a task takes nothing', () => {
    expect(aService({ tasks: 0 }).service.submit(1, 0, 10)).toBe('no-task');
  });

  it('loses what is in a task that runs out of memory, and has another after its start', () => {
    const { service, seen } = aService({ fargate: { outOfMemoryPerHour: 60 } });
    let job = 0;
    const refused: number[] = [];
    for (let atMs = 0; atMs < 60 * minuteMs; atMs += 500) {
      job += 1;
      if (service.submit(job, atMs, 400) === 'no-task') refused.push(atMs);
    }
    service.drain();
    // Some 60/2 in an hour, because every replacement takes a minute.
    const ended = service.tasks.filter(({ stopped }) => stopped !== undefined);
    expect(ended.length).toBeGreaterThan(15);
    expect(ended.map(({ stopped }) => stopped?.reason)).toContain('out-of-memory');
    expect(seen.lost.size).toBeGreaterThan(5);
    expect(seen.done.size + seen.lost.size + refused.length).toBe(job);
    for (const task of service.tasks.slice(1)) {
      const startMs = task.readyAtMs - task.startedAtMs;
      expect(startMs).toBeGreaterThanOrEqual(53_000);
      expect(startMs).toBeLessThanOrEqual(62_000);
    }
  });

  it('answers what is in a task that fails its health checks, and sends it nothing more', () => {
    const { service, seen } = aService({ tasks: 2, fargate: { healthCheckFailuresPerHour: 20 } });
    let job = 0;
    for (let atMs = 0; atMs < 60 * minuteMs; atMs += 500) {
      job += 1;
      service.submit(job, atMs, 400);
    }
    service.drain();
    expect(service.tasks.some(({ stopped }) => stopped?.reason === 'health-check')).toBe(true);
    expect(seen.lost.size).toBe(0);
    for (const { failure, stopped } of service.tasks) {
      if (stopped !== undefined) expect(stopped.atMs).toBeGreaterThanOrEqual(failure?.atMs ?? 0);
    }
  });
});

describe('target tracking', () => {
  /** Number of running tasks minute by minute, at a rate that changes at minute 40. */
  function tasksByMinute(utilisations: readonly [number, number]): number[] {
    const { service } = aService({
      fargate: { scaling: 'target-tracking', scalingTarget: 0.6, tasksMax: 4 },
    });
    return Array.from({ length: 80 }, (_, minute) => {
      const [early, late] = utilisations;
      const workMs = 100 * (minute < 40 ? early : late);
      for (let atMs = minute * minuteMs; atMs < (minute + 1) * minuteMs; atMs += 100) {
        service.submit(atMs, atMs, workMs);
      }
      const nowMs = (minute + 1) * minuteMs - 1;
      return service.tasks.filter(({ readyAtMs, isDraining }) => readyAtMs <= nowMs && !isDraining)
        .length;
    });
  }

  it('adds tasks after three minutes above the target and a start', () => {
    const tasks = tasksByMinute([0.9, 0.9]);
    expect(tasks.slice(0, 3)).toEqual([1, 1, 1]);
    expect(tasks[4]).toBe(2);
    expect(tasks.at(-1)).toBe(2);
  });

  it('takes tasks away after fifteen minutes far below it, and never the last ones', () => {
    const tasks = tasksByMinute([1.15, 0.1]);
    expect(tasks[53]).toBe(2);
    expect(tasks[56]).toBe(1);
    expect(tasks.at(-1)).toBe(1);
  });

  it('has no more tasks than the plan allows', () => {
    expect(Math.max(...tasksByMinute([6, 6]))).toBe(4);
  });

  it('leaves alone what is fixed', () => {
    const { service } = aService();
    for (let atMs = 0; atMs < 30 * minuteMs; atMs += 100) service.submit(atMs, atMs, 95);
    expect(service.tasks).toHaveLength(1);
  });
});
