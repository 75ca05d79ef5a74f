/** Something a reader must doubt, as a value: what it is, its figures, and what helps against it. */
export interface Warning {
  readonly kind: WarningKind;
  /** Serious: it can turn the answer, or takes it away. */
  readonly isSerious: boolean;
  readonly message: string;
  readonly advice: string;
}

export type WarningKind =
  | 'limits-missing'
  | 'ended-early'
  | 'cpu-unequal'
  | 'unfair'
  | 'undecided'
  | 'few-blocks'
  | 'blocks-failed'
  | 'generator-limited'
  | 'slots-lost'
  | 'few-requests-for-slo'
  | 'position-effect'
  | 'rows-unjoined'
  | 'leftovers'
  | 'prices-unverified'
  | 'claims-failed'
  | 'answer-sensitive'
  | 'shared-machine'
  | 'narrow-scope';
