import { expect, test } from 'vitest';
import type { PlatformRecord } from '../../../src/domain/observation.ts';
import { clientLines, platformLine } from '../../../src/load/simulated/record-lines.ts';
import { lateReply, replyAt, type Send } from '../../../src/load/simulated/send.ts';
import { startsAtMs } from './rig.ts';

const send: Send = {
  requestId: 'block-01.00007',
  target: 'hybrid',
  position: 3,
  work: 1,
  plannedAtMs: startsAtMs + 0.25,
  movedMs: 0,
  platform: 'ecs',
  columns: {
    inFlightLambda: 1,
    inFlightEcs: 2,
    recentRateLambdaPerS: 1 / 60,
    recentRateEcsPerS: 0,
  },
  routing: undefined,
  sentAtMs: startsAtMs + 0.25,
  deadlineMs: startsAtMs + 29_000.25,
  isDeadlineOfRun: false,
};

function written(lines: string): unknown[] {
  expect(lines.endsWith('\n')).toBe(true);
  return lines
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

const identity = { requestId: 'block-01.00007', target: 'hybrid', attempt: 2 };
const outcome = {
  kind: 'outcome',
  ...identity,
  platform: 'ecs',
  position: 3,
  plannedAtMs: startsAtMs + 0.25,
  movedMs: 0,
  ...send.columns,
  sentAtMs: startsAtMs + 0.25,
  wasConnectionReused: true,
};

test('an answer of our handler has the sent line and all that the handler said', () => {
  const server = { environmentId: 'task-1', sequence: 4, serverMs: 19.9996 };
  const reply = replyAt(send, startsAtMs + 25.2504, 200, server);
  expect(written(clientLines(send, reply, 2))).toEqual([
    { kind: 'sent', ...identity, sentAtMs: startsAtMs + 0.25 },
    {
      ...outcome,
      outcome: 'answered',
      statusCode: 200,
      latencyMs: 25,
      firstByteMs: 25,
      echoedRequestId: 'block-01.00007/hybrid',
      environmentId: 'task-1',
      environmentSequence: 4,
      serverMs: 20,
      isGood: true,
    },
  ]);
});

test('a refusal is an answer of nobody, and a timeout has no answer', () => {
  const [, refused] = written(
    clientLines(send, replyAt(send, startsAtMs + 5.25, 503, undefined), 2),
  );
  expect(refused).toEqual({
    ...outcome,
    outcome: 'answered',
    statusCode: 503,
    latencyMs: 5,
    firstByteMs: 5,
    isGood: false,
  });
  const [, late] = written(clientLines(send, lateReply(send), 2));
  expect(late).toEqual({ ...outcome, outcome: 'timeout', errorCode: 'TIMEOUT', isGood: false });
});

test('what the router said and the times since the last send are written when there are any', () => {
  const routing = { routedTo: 'ecs', routerMs: 0.1, pLambda: 0.3, modelHash: 'abc' } as const;
  const since = { sincePreviousLambdaMs: 1_234.5678, sincePreviousEcsMs: 0 };
  const routed = { ...send, routing, columns: { ...send.columns, ...since } };
  const [, record] = written(clientLines(routed, lateReply(routed), 2));
  expect(record).toEqual({
    ...outcome,
    ...routing,
    sincePreviousLambdaMs: 1_234.568,
    sincePreviousEcsMs: 0,
    outcome: 'timeout',
    errorCode: 'TIMEOUT',
    isGood: false,
  });
});

test.each<PlatformRecord>([
  {
    kind: 'handler',
    requestId: 'slot-001.00001',
    target: 'lambda',
    platform: 'lambda',
    environmentId: 'e',
    environmentSequence: 1,
    serverMs: 1.5,
    awsRequestId: 'a',
    atMs: startsAtMs + 0.125,
  },
  {
    kind: 'handler',
    requestId: 'slot-001.00001',
    target: 'ecs',
    platform: 'ecs',
    environmentId: 't',
    environmentSequence: 1,
    serverMs: 2,
    taskId: 't',
    atMs: startsAtMs,
  },
  {
    kind: 'report',
    awsRequestId: 'a',
    durationMs: 29_000,
    billedMs: 29_142,
    memorySizeMb: 128,
    maxMemoryUsedMb: 80,
    initMs: 141.06,
    failure: 'timeout',
    atMs: startsAtMs,
  },
  { kind: 'report', awsRequestId: 'a', durationMs: 1.01, billedMs: 2, memorySizeMb: 128, atMs: 1 },
  {
    kind: 'task-sample',
    taskId: 't',
    atMs: 1.5,
    cpuTotalMs: 3,
    throttledTotalMs: 4,
    memoryUsedMb: 80,
  },
])('a platform’s record is what was written ($kind)', (record) => {
  expect(written(platformLine(record))).toEqual([record]);
});
