/** What an evidence bundle holds: everything that the numbers of a report are made from. */
import type { FairnessFinding } from '../fairness/fairness.ts';
import type { PriceBook } from '../money/price-books.ts';
import { keysOf } from '../names.ts';
import type { QuestionPlan, SloPlan } from '../plan.ts';

/** `evidence.json`, the manifest of a bundle. No clock is in it: the same store, the same bytes. */
export interface Evidence {
  readonly schema: typeof evidenceSchema;
  readonly campaignId: string;
  readonly testbed: string;
  /** When the last load run ended, by its receipt; absent when nothing was measured. */
  readonly measuredUntil?: string;
  /** As frozen before slot 1. */
  readonly question: QuestionPlan & {
    readonly slos: Readonly<Record<string, SloPlan | null>>;
  };
  readonly planHash: string;
  readonly seeds: Readonly<Record<string, number>>;
  /** The code that wrote the bundle: verified with it, every number comes out the same. */
  readonly code: CodeVersion;
  readonly machine?: MeasuredMachine;
  readonly prices: PriceBook;
  /** METHOD 1.7, in full. */
  readonly fairness: readonly FairnessFinding[];
  readonly contents: readonly EvidenceContent[];
  /** Every file of the bundle but the manifest itself. */
  readonly files: readonly EvidenceFile[];
  /** What was measured, as it came; in the bundle only when `isRawIncluded`. */
  readonly raw: readonly EvidenceFile[];
  readonly isRawIncluded: boolean;
}

export const evidenceSchema = 'crossover-evidence/1';

export interface EvidenceFile {
  /** In the bundle, and as a key of its object store. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface CodeVersion {
  readonly version: string;
  /** Of a checkout. */
  readonly commit?: string;
  /** Whether the code of the checkout was changed since that commit. */
  readonly dirty?: boolean;
  /** Over all files that compute: two checkouts with the same hash are the same code. */
  readonly sourceSha256?: string;
  /** sha256 of package-lock.json: which libraries computed. */
  readonly lockSha256?: string;
  readonly node: string;
}

export interface MeasuredMachine {
  readonly limits: string;
  readonly nodeVersion: string;
  readonly cpuModel: string;
  readonly cpuCount: number;
  readonly codeHashes?: Readonly<Record<string, string>>;
}

/** One line of the table of contents. */
export interface EvidenceContent {
  /** A file, or with a slash at its end all files below it. */
  readonly path: string;
  readonly what: string;
  /** Which numbers of the report hang on it. */
  readonly numbers: string;
}

/** In the order in which a reader would look; the first whose path fits describes a file. */
export function evidenceContents(campaignId: string): readonly EvidenceContent[] {
  const keys = keysOf(campaignId);
  const content = (path: string, what: string, numbers: string): EvidenceContent => ({
    path,
    what,
    numbers,
  });
  return [
    content(keys.plan, 'the plan, frozen before slot 1', 'every number'),
    content(keys.deployment, 'what was deployed, and the busy time of a request', 'all costs'),
    content(
      keys.evaluation,
      'what the evaluation pinned: arms, static table, model',
      'the verdict: costs and contrasts of the arms',
    ),
    content(
      keys.observations,
      'one row per intended request and target (Parquet)',
      'every number that was measured',
    ),
    content(
      keys.receipts,
      'proof of each load run, and what joining it found',
      'counts of requests, degraded slots and blocks, added tasks',
    ),
    content(
      keys.requestsFolder,
      'intended requests, drawn before anything was sent',
      'simulated sensitivity; observations that are joined again',
    ),
    content(
      keys.rawFolder,
      'what the client and the platforms recorded, as it came',
      'observations that are joined again',
    ),
    content(keys.datasets, 'which slots were merged, by fingerprint', 'the dataset, all models'),
    content(keys.models, 'trained models, named by their hash', 'the router, model figures'),
    content(keys.trainings, 'what came of each training', 'which model was chosen'),
    content(keys.tunings, 'combinations of a grid that were tried', 'which recipe was chosen'),
    content(keys.modelEvaluations, 'how models did on unseen slots', 'model figures'),
    content(keys.champion, 'the router in use', 'the router, the hybrid arm'),
    content(keys.champions, 'every router that was chosen, in order', 'the router’s history'),
    content(
      keys.reportProgress,
      'what only the workflow knew: missed slots, failures, notes',
      'the timeline, counts by status',
    ),
    content(keys.report('verdict.json'), 'the verdict', 'answer, arms, contrasts, intervals'),
    content(keys.report('report.json'), 'the report for programs', 'the report itself'),
    content(
      keys.report('sensitivity.json'),
      'what would flip a simulated answer',
      'the sensitivity table',
    ),
    content(keys.policyValue, 'the value of each router by simulation', 'V_self'),
    content(keys.reportFolder, 'the report for people, its figures and cards', 'what is printed'),
    content(keys.root, 'another object of the campaign', 'none that is known here'),
  ];
}

/** The line of the table of contents that a file belongs to. */
export function contentOf(
  contents: readonly EvidenceContent[],
  path: string,
): EvidenceContent | undefined {
  return contents.find((content) =>
    content.path.endsWith('/') ? path.startsWith(content.path) : path === content.path,
  );
}

export interface FileFault {
  readonly path: string;
  readonly fault: 'changed' | 'missing' | 'extra';
  readonly what: string;
  readonly numbers: string;
}

/** What is not as the manifest says; `found` are all files of the bundle but the manifest. */
export function fileFaults(
  { contents, files, raw, isRawIncluded }: Evidence,
  found: readonly EvidenceFile[],
): readonly FileFault[] {
  const expected = new Map(
    [...files, ...(isRawIncluded ? raw : [])].map((file) => [file.path, file]),
  );
  const actual = new Map(found.map((file) => [file.path, file]));
  const paths = [...new Set([...expected.keys(), ...actual.keys()])];
  return paths
    .sort((a, b) => (a < b ? -1 : 1))
    .flatMap((path) => {
      const fault = faultOf(expected.get(path), actual.get(path));
      if (fault === undefined) return [];
      const { what = 'no part of a bundle', numbers = 'none' } = contentOf(contents, path) ?? {};
      return [{ path, fault, what, numbers }];
    });
}

function faultOf(
  expected: EvidenceFile | undefined,
  actual: EvidenceFile | undefined,
): FileFault['fault'] | undefined {
  if (expected === undefined) return 'extra';
  if (actual === undefined) return 'missing';
  return expected.sha256 === actual.sha256 ? undefined : 'changed';
}

/** What of two versions of the code differs, in words; `sides` say which is which. */
export function codeDifferences(
  first: CodeVersion,
  second: CodeVersion,
  sides: readonly [first: string, second: string],
): readonly string[] {
  const differing = ([name, one, other]: Named): readonly string[] =>
    one === other
      ? []
      : [`${name} ${one ?? 'unknown'} ${sides[0]}, ${other ?? 'unknown'} ${sides[1]}`];
  const surroundings: readonly Named[] = [
    ['package-lock.json', short(first.lockSha256), short(second.lockSha256)],
    ['Node', first.node, second.node],
  ];
  // The same files under another commit are the same code.
  if (first.sourceSha256 !== undefined && first.sourceSha256 === second.sourceSha256) {
    return surroundings.flatMap(differing);
  }
  const sources: readonly Named[] = [
    ['Crossover', first.version, second.version],
    ['commit', first.commit, second.commit],
    ['source', short(first.sourceSha256), short(second.sourceSha256)],
  ];
  const changed = [first.dirty, second.dirty].flatMap((isChanged, side) =>
    isChanged === true ? [`changed since its commit ${sides[side]}`] : [],
  );
  return [...[...sources, ...surroundings].flatMap(differing), ...changed];
}

type Named = readonly [name: string, first: string | undefined, second: string | undefined];

function short(sha256: string | undefined): string | undefined {
  return sha256?.slice(0, 12);
}
