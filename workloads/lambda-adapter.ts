import { randomUUID } from 'node:crypto';
import { type Answer, createResponder, loadHandler } from './adapter.ts';

/** The parts of an API Gateway HTTP API event, payload format 2.0, that are read here. */
export interface GatewayEvent {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

export interface GatewayResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

const respond = createResponder(
  { platform: 'lambda', environmentId: environmentId() },
  await loadHandler(process.env['CROSSOVER_HANDLER']),
);

/** The Lambda function: serves the workload that CROSSOVER_HANDLER names. */
export async function handler(
  event: GatewayEvent,
  context: { readonly awsRequestId: string },
): Promise<GatewayResponse> {
  const answer = await respond({
    payload: Buffer.from(event.body ?? '', event.isBase64Encoded === true ? 'base64' : 'utf8'),
    headers: event.headers ?? {},
    awsRequestId: context.awsRequestId,
  });
  return encoded(answer);
}

/** Base64 always: it carries every body unchanged, text that is not valid UTF-8 too. */
function encoded({ statusCode, headers, body }: Answer): GatewayResponse {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64');
  return { statusCode, headers, body: text, isBase64Encoded: true };
}

/** Every execution environment has a log stream of its own, `2026/11/01/[$LATEST]<32 hex>`. */
function environmentId(): string {
  return process.env['AWS_LAMBDA_LOG_STREAM_NAME']?.split(']').at(-1) ?? randomUUID();
}
