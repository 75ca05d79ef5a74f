import type { IncomingMessage } from 'node:http';
import {
  type GatewayEvent,
  type GatewayResponse,
  gatewayResponse,
  isBalanced,
  liveRequest,
} from './gateway-event.ts';
import { largestBalancedBytes, largestRequestBytes } from './limits.ts';
import type { LiveRouter } from './live-router.ts';
import { Ending, Refusal } from './refusal.ts';
import { type LiveAnswer, type RouterService, refused } from './router-service.ts';

export interface GatewayHandlerSpec {
  readonly service: RouterService;
  readonly live: LiveRouter;
  readonly timeoutMs: number;
}

/** The Lambda function around the service. A function's answers are bounded, so these are. */
export function createGatewayHandler(
  spec: GatewayHandlerSpec,
): (event: GatewayEvent) => Promise<GatewayResponse> {
  return async (event) => {
    // Between two invocations nothing runs: a poll waits for the next request.
    await spec.live.refreshIfDue();
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(new Ending('overdue')), spec.timeoutMs);
    try {
      return await serve(spec, event, ending.signal);
    } finally {
      clearTimeout(timer);
    }
  };
}

async function serve(
  { service, timeoutMs }: GatewayHandlerSpec,
  event: GatewayEvent,
  signal: AbortSignal,
): Promise<GatewayResponse> {
  const largestBytes = isBalanced(event) ? largestBalancedBytes : largestRequestBytes;
  const request = liveRequest(event, signal);
  if (request.body.byteLength > largestBytes) {
    const message = `A request is at most ${largestBytes / 2 ** 20} MB here.`;
    return gatewayResponse(event, ownAnswer(refused(new Refusal('too-large', message))));
  }
  const answer = await service.answer(request);
  if (typeof answer.body === 'string') return gatewayResponse(event, ownAnswer(answer));
  const body = await readAnswer(answer.body, { largestBytes, timeoutMs, signal });
  if (body instanceof Uint8Array) return gatewayResponse(event, { ...answer, body });
  // The head of the platform's answer belongs to a body that cannot be given.
  const router = Object.entries(answer.headers).filter(([name]) => name.startsWith('x-rout'));
  return gatewayResponse(event, ownAnswer(refused(body, Object.fromEntries(router))));
}

function ownAnswer({ statusCode, headers, body }: LiveAnswer) {
  return { statusCode, headers, body: Buffer.from(typeof body === 'string' ? body : '') };
}

interface AnswerLimits {
  readonly largestBytes: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

async function readAnswer(
  answer: IncomingMessage,
  { largestBytes, timeoutMs, signal }: AnswerLimits,
): Promise<Uint8Array | Refusal> {
  // In base64 it grows by a third, and the limit counts what the function hands over.
  const largestBodyBytes = Math.floor((largestBytes * 3) / 4);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of answer) {
      length += chunk.length;
      chunks.push(chunk);
      if (length > largestBodyBytes) {
        const message = `An answer is at most ${largestBodyBytes} bytes here.`;
        return new Refusal('answer-too-large', message);
      }
    }
    return Buffer.concat(chunks);
  } catch (error) {
    return signal.aborted
      ? new Refusal('overdue', `The answer was not complete within ${timeoutMs} ms.`)
      : new Refusal('unreachable', `The answer broke off (${String(error)}).`);
  }
}
