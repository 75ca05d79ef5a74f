/** What the router answers in its own name, by what happened. */
const statusOf = {
  'no-such-path': 404,
  'slow-request': 408,
  'too-large': 413,
  unreachable: 502,
  'answer-too-large': 502,
  overdue: 504,
} as const;
export type RefusalKind = keyof typeof statusOf;

/** An answer of the router itself: `{ "error": kind, "message": what happened and what to do }`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly kind: RefusalKind;

  constructor(kind: RefusalKind, message: string) {
    super(message);
    this.kind = kind;
  }

  get statusCode(): number {
    return statusOf[this.kind];
  }

  get body(): string {
    return JSON.stringify({ error: this.kind, message: this.message });
  }
}

/** Why an exchange was ended before its answer was delivered: the reason of its signal. */
export class Ending extends Error {
  override readonly name = 'Ending';
  readonly kind: 'overdue' | 'client-gone';

  constructor(kind: Ending['kind']) {
    super(kind === 'overdue' ? 'The time of the exchange is over.' : 'The client has gone.');
    this.kind = kind;
  }
}
