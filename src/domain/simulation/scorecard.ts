/** How far a simulator can be trusted, as values (METHOD 7.2): claims, counted by what they prove. */

import type { Sensitivity } from './sensitivity.ts';

/**
 * `verification`: the code reproduces its inputs. `validation`: it predicts measurements that no
 * parameter was taken from. `calibration`: a parameter that was fitted to such measurements.
 */
export const claimKinds = ['verification', 'validation', 'calibration'] as const;
export type ClaimKind = (typeof claimKinds)[number];

/** One line of a scorecard. */
export interface Claim {
  /** Unique; the unit stands at its end unless it is a share. */
  readonly name: string;
  readonly kind: ClaimKind;
  /** What belongs together, in words. */
  readonly group: string;
  readonly target: number;
  readonly ours: number;
  /** Standard error of `ours`, where it is the mean of drawn experiments; absent: it is exact. */
  readonly error?: number;
  /** What passes: in words (`within 5 %`), and from where to where. */
  readonly mark: string;
  readonly lower: number;
  readonly upper: number;
  readonly passed: boolean;
  /** Where the target was published. */
  readonly source: string;
}

export interface Scorecard {
  readonly claims: readonly Claim[];
  readonly azure: AzureComparison;
}

/** What is stored with the report of a simulated campaign, and drawn in it. */
export interface SimulationTrust extends Scorecard {
  /** See `stampOf`. */
  readonly stamp: string;
  /** Absent without a verdict. */
  readonly sensitivity?: Sensitivity;
}

/** How the load of a campaign compares with the Azure Functions trace of 2019 (METHOD 7.3). */
export interface AzureComparison {
  /** `functions`: drawn for the shape `azure`, which is to match. `workloads`: descriptive. */
  readonly of: 'functions' | 'workloads';
  readonly functions: number;
  /** Largest distance between the distributions, at the published quantiles. */
  readonly executionKs: number;
  readonly memoryKs: number;
  readonly rows: readonly AzureRow[];
  readonly source: string;
}

export interface AzureRow {
  readonly property: 'execution time, ms' | 'memory, MB' | 'cv of gaps' | 'invocations';
  /** In (0, 1). */
  readonly probability: number;
  readonly azure: number;
  /** Absent where the campaign has nothing that could be compared. */
  readonly ours?: number;
}

/** A claim that passes inside a band; what its own error leaves open has not passed. */
export function claimOf(claim: Omit<Claim, 'passed'>): Claim {
  const { ours, error = 0, lower, upper } = claim;
  const margin = marginOf({ error });
  return { ...claim, passed: lower <= ours - margin && ours + margin <= upper };
}

/** Half of the 95 % interval of `ours`; 0 where it is exact. */
export function marginOf({ error = 0 }: Pick<Claim, 'error'>): number {
  return 2 * error;
}

/** How many claims of a kind passed. */
export interface ClaimCount {
  readonly passed: number;
  readonly of: number;
}

export function countClaims(claims: readonly Claim[], kind: ClaimKind): ClaimCount {
  const ofKind = claims.filter((claim) => claim.kind === kind);
  return { passed: ofKind.filter(({ passed }) => passed).length, of: ofKind.length };
}

export const coldShareGroup = 'Cold share against arrival rate';
/** METHOD 7.3: of the five rates that were measured. */
export const leastColdShares = 4;

/** Failed claims that METHOD 7.3 does not allow: it does so for one of the five cold shares. */
export function missedMarks(claims: readonly Claim[]): readonly Claim[] {
  const coldShares = claims.filter(({ group }) => group === coldShareGroup);
  const isMet = coldShares.filter(({ passed }) => passed).length >= leastColdShares;
  return claims.filter(({ passed, group }) => !passed && !(isMet && group === coldShareGroup));
}

/** The stamp of every simulated result (METHOD 7.2). Ends without a full stop. */
export function stampOf(claims: readonly Claim[]): string {
  const verified = countClaims(claims, 'verification');
  const validated = countClaims(claims, 'validation');
  const calibrated = countClaims(claims, 'calibration');
  return (
    `verified ${verified.passed} of ${verified.of}, ` +
    `validated ${validated.passed} of ${validated.of}, calibrated ${calibrated.of}; ` +
    'Fargate side: no public measurement'
  );
}

/** What the three words of the stamp say, and what they do not (METHOD 7.2). */
export const stampWords =
  'Verified: the code reproduces what it was given. Validated: it comes out as others have ' +
  'measured, and no parameter was tuned until it did. Calibrated: parameters that METHOD 7.1 had ' +
  'fitted before to the same cold starts, so that validation shows that the model fits these, not ' +
  'that it would fit others.';

export interface ClaimGroup extends ClaimCount {
  readonly group: string;
  readonly kind: ClaimKind;
  readonly mark: string;
  readonly source: string;
  /** The claim that is furthest from its target, as a part of the target. */
  readonly worst: Claim;
}

/** Groups in the order of their first claims. */
export function claimGroups(claims: readonly Claim[]): ClaimGroup[] {
  return [...Map.groupBy(claims, ({ group }) => group)].flatMap(([group, members]) => {
    const [first] = members;
    if (first === undefined) return [];
    const { kind, mark, source } = first;
    const worst = members.reduce((one, other) => (missOf(other) > missOf(one) ? other : one));
    return [{ group, kind, mark, source, worst, ...countClaims(members, kind) }];
  });
}

/** How far off, as a part of the target; without one (0) absolutely. */
export function missOf({ target, ours }: Claim): number {
  return Math.abs(ours - target) / (target === 0 ? 1 : Math.abs(target));
}
