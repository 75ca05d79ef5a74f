import http from 'node:http';
import https from 'node:https';
import type { PassedHeaders } from './pass-on.ts';

export interface Forwarded {
  readonly url: string;
  readonly method: string;
  readonly headers: PassedHeaders;
  readonly body: Uint8Array;
  /** Ends the exchange, whatever it is doing. */
  readonly signal: AbortSignal;
}

/** The platform could not be asked, or broke off before it had answered. */
export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure';
  readonly code: string;

  constructor(url: string, cause: Error) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
    // Where exactly the platform is does not concern whoever asks.
    super(`The platform did not answer (${code}).`, { cause: new Error(url, { cause }) });
    this.code = code;
  }
}

/**
 * Balancers drop connections that were idle for 60 s; one that we give up earlier cannot be reset
 * under a request.
 */
const idleConnectionMs = 50_000;

/** The way to the platforms, over connections that are kept alive. */
export class Upstream {
  readonly #http = new http.Agent({ keepAlive: true, timeout: idleConnectionMs });
  readonly #https = new https.Agent({ keepAlive: true, timeout: idleConnectionMs });

  /**
   * Resolves to the platform's answer when its head is there; the body follows, and must be read
   * or destroyed. Rejects with `UpstreamFailure`, or with the signal's reason. A request is never
   * sent a second time.
   */
  send({ url, method, headers, body, signal }: Forwarded): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      const isSecure = url.startsWith('https:');
      const sending = (isSecure ? https : http).request(url, {
        agent: isSecure ? this.#https : this.#http,
        method,
        headers: { ...headers },
      });
      const abort = (): void => {
        sending.destroy(new Error('The exchange was ended.'));
      };
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
      sending.once('close', () => signal.removeEventListener('abort', abort));
      sending.on('error', (error) =>
        reject(signal.aborted ? signal.reason : new UpstreamFailure(url, error)),
      );
      sending.on('response', resolve);
      sending.end(body);
    });
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}
