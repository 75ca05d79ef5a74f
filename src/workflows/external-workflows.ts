/** Whether a signal or a cancel failed because its workflow never ran, or has ended. */
export function isNotRunning(error: unknown): boolean {
  const { type } = error as { readonly type?: unknown };
  return type === 'ExternalWorkflowExecutionNotFound';
}
