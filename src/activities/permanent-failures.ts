import { ApplicationFailure } from '@temporalio/common';

import { PermanentFailure } from '../domain/failures.ts';

interface Invocation {
  readonly args: unknown[];
  readonly headers: unknown;
}

/**
 * Turns a `PermanentFailure` into a failure that Temporal does not retry, with its kind as the type.
 * It stands on every worker, because Temporal looks at the constructor's name of an error: listing
 * kinds in a retry policy would not stop a single retry.
 */
export function permanentFailureInterceptor() {
  return {
    inbound: {
      async execute<Input extends Invocation>(
        input: Input,
        next: (input: Input) => Promise<unknown>,
      ): Promise<unknown> {
        try {
          return await next(input);
        } catch (error) {
          if (!(error instanceof PermanentFailure)) throw error;
          throw ApplicationFailure.create({
            message: error.message,
            type: error.kind,
            nonRetryable: true,
            cause: error,
          });
        }
      },
    },
  };
}
