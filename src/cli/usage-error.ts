/** The user's own mistake: one message, no trace, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
