import { type Section, text } from '../document.ts';
import type { ReportInput } from '../report-input.ts';
import { judgedModels } from './model-comparison.ts';

/** For a reader who was sent the page: the words that it uses as if they were known. */
export function wordsSection({ models, policyValue }: ReportInput): Section {
  const hasRouter = judgedModels(models).length > 0 || policyValue !== undefined;
  return {
    id: 'words',
    title: 'Words used here',
    blocks: [
      {
        kind: 'table',
        caption: 'In the order in which they are met',
        columns: [text('Word'), text('Meaning')],
        rows: (hasRouter ? [...words, ...routerWords] : words).map((cells) => ({ cells })),
        narrow: 'cards',
      },
    ],
  };
}

const words: readonly (readonly [string, string])[] = [
  [
    'arm',
    'a way of serving all requests: lambda-only, ecs-only (all on Fargate), best-static (one fixed ' +
      'platform per workload), hybrid (a learned router decides each request)',
  ],
  ['good request', 'answered whole, with a 2xx or 3xx status, before the timeout'],
  ['all-in', 'everything that was deployed for an arm, idle time and entrance included'],
  ['marginal', 'what one more request costs while everything stands anyway'],
  ['SLO', 'the latency that the plan asks of a workload, and of which share of its requests'],
  ['p95', '95 % of the requests were faster; p50 is the median'],
  ['95 % interval', 'what the data leaves open: a range made so that 19 of 20 hold the true value'],
  ['break-even', 'the rate from which Fargate stays the cheaper one for a workload'],
  ['utilisation', 'busy over deployed CPU time of a Fargate service'],
  ['slot', 'one turn of the collection: every request is sent to both platforms, as a pair'],
  ['ladder', 'the end of a slot: one workload alone, at rates that load its service more and more'],
  ['block', 'one turn of the evaluation: the arms beside each other on the same requests'],
  ['lead-in', 'sent and stored, but not scored, because everything was just deployed'],
  ['cold start', 'a request for which Lambda had to make a new environment'],
];

const routerWords: typeof words = [
  [
    'u',
    'what a router makes small: logarithms of latency and marginal cost, weighed as the plan says, ' +
      'plus ln 4 for a failure or a missed SLO; 0.1 less is about a tenth better',
  ],
  ['V_pair', 'the mean u of the platforms that a router chose, each pair judged by itself'],
  [
    'regret',
    'what is left of u to the attainable oracle, the best that workload, payload and load tell',
  ],
];
