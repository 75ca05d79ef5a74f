import type { PlatformRecord } from '../../domain/observation.ts';
import { isGood, type Reply, type Routing, type Send } from './send.ts';

/**
 * The lines of a send as the real generator writes them: `SentRecord` and `OutcomeRecord`. Made by
 * hand, because `JSON.stringify` takes most of the time of a simulated run; what is pasted in
 * unescaped are ids of `domain/names.ts` and numbers.
 */
export function clientLines(send: Send, reply: Reply, attempt: number): string {
  const identity = `"requestId":"${send.requestId}","target":"${send.target}","attempt":${attempt}`;
  const sentAtMs = milliseconds(send.sentAtMs);
  return (
    `{"kind":"sent",${identity},"sentAtMs":${sentAtMs}}\n` +
    `{"kind":"outcome",${identity},"platform":"${send.platform}","position":${send.position},` +
    `"plannedAtMs":${milliseconds(send.plannedAtMs)},"movedMs":${milliseconds(send.movedMs)},` +
    `${loadPart(send)}${routingPart(send.routing)}"sentAtMs":${sentAtMs},` +
    `${replyPart(send, reply)},"isGood":${isGood(reply)},"wasConnectionReused":true}\n`
  );
}

function loadPart({ columns }: Send): string {
  const { sincePreviousLambdaMs, sincePreviousEcsMs } = columns;
  let part =
    `"inFlightLambda":${columns.inFlightLambda},"inFlightEcs":${columns.inFlightEcs},` +
    `"recentRateLambdaPerS":${columns.recentRateLambdaPerS},` +
    `"recentRateEcsPerS":${columns.recentRateEcsPerS},`;
  if (sincePreviousLambdaMs !== undefined) {
    part += `"sincePreviousLambdaMs":${milliseconds(sincePreviousLambdaMs)},`;
  }
  if (sincePreviousEcsMs !== undefined) {
    part += `"sincePreviousEcsMs":${milliseconds(sincePreviousEcsMs)},`;
  }
  return part;
}

function routingPart(routing: Routing | undefined): string {
  if (routing === undefined) return '';
  const { routedTo, routerMs, pLambda, modelHash } = routing;
  let part = `"routedTo":"${routedTo}","routerMs":${routerMs},`;
  if (pLambda !== undefined) part += `"pLambda":${pLambda},`;
  if (modelHash !== undefined) part += `"modelHash":"${modelHash}",`;
  return part;
}

function replyPart(send: Send, reply: Reply): string {
  if (reply.outcome === 'timeout') return `"outcome":"timeout","errorCode":"${reply.errorCode}"`;
  const latencyMs = milliseconds(reply.latencyMs);
  const part =
    `"outcome":"answered","statusCode":${reply.statusCode},` +
    `"latencyMs":${latencyMs},"firstByteMs":${latencyMs}`;
  if (reply.server === undefined) return part;
  const { environmentId, sequence, serverMs } = reply.server;
  return (
    `${part},"echoedRequestId":"${send.requestId}/${send.target}",` +
    `"environmentId":"${environmentId}","environmentSequence":${sequence},` +
    `"serverMs":${milliseconds(serverMs)}`
  );
}

/** One line of a platform's record. The two kinds that come with every request are made by hand. */
export function platformLine(record: PlatformRecord): string {
  switch (record.kind) {
    case 'handler': {
      const { awsRequestId, taskId } = record;
      return (
        `{"kind":"handler","requestId":"${record.requestId}","target":"${record.target}",` +
        `"platform":"${record.platform}","environmentId":"${record.environmentId}",` +
        `"environmentSequence":${record.environmentSequence},` +
        `"serverMs":${milliseconds(record.serverMs)},` +
        (awsRequestId === undefined ? '' : `"awsRequestId":"${awsRequestId}",`) +
        (taskId === undefined ? '' : `"taskId":"${taskId}",`) +
        `"atMs":${milliseconds(record.atMs)}}\n`
      );
    }
    case 'report': {
      const { initMs, failure, maxMemoryUsedMb } = record;
      return (
        `{"kind":"report","awsRequestId":"${record.awsRequestId}",` +
        `"durationMs":${record.durationMs},"billedMs":${record.billedMs},` +
        `"memorySizeMb":${record.memorySizeMb},` +
        (maxMemoryUsedMb === undefined ? '' : `"maxMemoryUsedMb":${maxMemoryUsedMb},`) +
        (initMs === undefined ? '' : `"initMs":${initMs},`) +
        (failure === undefined ? '' : `"failure":"${failure}",`) +
        `"atMs":${milliseconds(record.atMs)}}\n`
      );
    }
    case 'task':
    case 'task-sample':
    case 'routed':
      return `${JSON.stringify(record)}\n`;
    default:
      return record satisfies never;
  }
}

/** In microseconds, as the real records are: shorter than all digits, and three times as fast. */
function milliseconds(value: number): string {
  const whole = Math.floor(value);
  const micros = Math.round((value - whole) * 1000);
  if (micros === 0) return `${whole}`;
  return micros === 1000 ? `${whole + 1}` : `${whole}.${thousandths[micros]}`;
}

const thousandths = Array.from({ length: 1000 }, (_, micros) => String(micros).padStart(3, '0'));
