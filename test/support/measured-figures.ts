import type {
  ColdStartRow,
  LatencyDistribution,
  MeasuredFigures,
  RunFigures,
} from '../../src/domain/dataset/measured.ts';

/** Of no observation; a test names only what it is about. */
export function aMeasured(changes: Partial<MeasuredFigures> = {}): MeasuredFigures {
  return {
    latencies: [],
    hours: [],
    weekdays: [],
    coldStarts: [],
    runs: [],
    labels: [],
    labelWeights: [],
    positions: [],
    pairings: [],
    rates: [],
    ...changes,
  };
}

/** Of the workload `heavy` on Lambda: from 10 ms to 1 s, p50 100 ms. */
export function aDistribution(changes: Partial<LatencyDistribution> = {}): LatencyDistribution {
  return {
    part: 'collection',
    side: 'lambda',
    workload: 'heavy',
    requests: 1000,
    good: 1000,
    units: 6,
    p50: { valueMs: 100, lowerMs: 95, upperMs: 105 },
    p95: { valueMs: 400, lowerMs: 380, upperMs: 430 },
    insideSlo: 990,
    curve: [
      { share: 0.01, latencyMs: 10 },
      { share: 0.5, latencyMs: 100 },
      { share: 0.95, latencyMs: 400 },
      { share: 0.98, latencyMs: 1000 },
    ],
    ...changes,
  };
}

export function aRun(unit: number, changes: Partial<RunFigures> = {}): RunFigures {
  return {
    run: `slot-00${unit}`,
    part: 'collection',
    unit,
    rows: 100,
    joined: 100,
    explained: 0,
    unrecorded: 0,
    notIssued: 0,
    lagMsP50: 0.5,
    lagMsP99: 4,
    inFlight: 3,
    ...changes,
  };
}

export function aColdStartRow(changes: Partial<ColdStartRow> = {}): ColdStartRow {
  const share = { hits: 5, of: 100, lower: 0.016, upper: 0.113 };
  return {
    workload: 'heavy',
    afterGap: 'with',
    wasNew: share,
    hadInit: share,
    wasWaitedFor: { ...share, hits: 2, lower: 0.002, upper: 0.07 },
    initMs: {},
    ...changes,
  };
}
