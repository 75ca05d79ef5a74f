import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Task } from './task.ts';

export interface Forwarded {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly timeoutMs: number;
}

/**
 * Sends each request to the healthy task with the fewest outstanding ones, in turn where several
 * have that number, and answers in its own name as an Application Load Balancer does: 503 without a
 * healthy task, 502 when the task breaks the connection, 504 when it does not answer in time.
 */
export class Balancer {
  readonly #agent = new Agent({ keepAlive: true });
  #turn = 0;

  forward(tasks: readonly Task[], forwarded: Forwarded, response: ServerResponse): void {
    const task = this.#pick(tasks);
    if (task === undefined) {
      refuse(response, 503, 'Service Unavailable');
      return;
    }
    task.inFlight += 1;
    let isOpen = true;
    response.once('close', () => {
      if (isOpen) task.inFlight -= 1;
      isOpen = false;
    });
    task.port().then(
      (port) => this.#send({ port, ...forwarded }, response),
      () => refuse(response, 502, 'Bad Gateway'),
    );
  }

  close(): void {
    this.#agent.destroy();
  }

  #pick(tasks: readonly Task[]): Task | undefined {
    const running = tasks.filter((task) => task.state === 'running');
    const fewest = Math.min(...running.map((task) => task.inFlight));
    const candidates = running.filter((task) => task.inFlight === fewest);
    this.#turn += 1;
    return candidates[this.#turn % candidates.length];
  }

  #send(to: Forwarded & { readonly port: number }, response: ServerResponse): void {
    const sending = request({
      host: '127.0.0.1',
      port: to.port,
      method: 'POST',
      path: to.path,
      agent: this.#agent,
      headers: { ...to.headers, 'content-length': to.body.length },
    });
    const timer = setTimeout(() => {
      refuse(response, 504, 'Gateway Time-out');
      sending.destroy();
    }, to.timeoutMs);
    response.once('close', () => {
      clearTimeout(timer);
      // The client is gone: the task need not go on sending.
      if (!response.writableFinished) sending.destroy();
    });
    sending.on('response', (answer) => relay(answer, response));
    sending.on('error', () => refuse(response, 502, 'Bad Gateway'));
    sending.end(to.body);
  }
}

function relay(answer: IncomingMessage, response: ServerResponse): void {
  const { connection, 'keep-alive': keepAlive, ...headers } = answer.headers;
  response.writeHead(answer.statusCode ?? 502, headers);
  answer.on('error', () => response.destroy());
  answer.pipe(response);
}

function refuse(response: ServerResponse, statusCode: number, reason: string): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(statusCode, { 'content-type': 'text/plain' }).end(reason);
}
