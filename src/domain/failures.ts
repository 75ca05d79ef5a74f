/** The failures that no retry can cure, by the name that Temporal shows. */
export const permanentFailureKinds = [
  'InvalidPlan',
  'NothingDeployed',
  'DeploymentMismatch',
  'TestbedBusy',
  'WorkloadBroken',
  'TooLate',
  'MissingObject',
  'CorruptObject',
  'TooFewObservations',
  'LeakSuspected',
  'ModelMismatch',
] as const;
export type PermanentFailureKind = (typeof permanentFailureKinds)[number];

/**
 * Thrown by adapters and activities for what no retry can cure. An interceptor on every worker
 * turns it into a non-retryable failure of type `kind`; any other error is retried.
 */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
  readonly kind: PermanentFailureKind;

  constructor(kind: PermanentFailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
