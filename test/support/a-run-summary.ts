import type { RunSummary } from '../../src/domain/receipt.ts';

/** The summary of a run in which everything went well. */
export function aRunSummary(changes: Partial<RunSummary> = {}): RunSummary {
  return {
    run: 'slot-001',
    rows: 20,
    intendedRequests: 10,
    observedRequests: 10,
    answeredRows: 20,
    goodRows: 20,
    failedRows: 0,
    timeoutRows: 0,
    unrecordedRows: 0,
    notIssuedRows: 0,
    joinedRows: 20,
    explainedRows: 0,
    sendLagMsP99: 1.5,
    coldStarts: 1,
    costUsd: 0.01,
    degradedBecause: [],
    ...changes,
  };
}
