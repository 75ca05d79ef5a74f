import type { EstimateOptions } from './options.ts';

/** Where an estimate takes its figures from. */
export type EstimateMode = 'numbers' | 'log' | 'plan' | 'nothing';

export function modeOf(call: {
  readonly plan: string | undefined;
  readonly options: EstimateOptions;
  readonly hasInput: boolean;
}): EstimateMode {
  const { plan, options, hasInput } = call;
  if (plan !== undefined) return 'plan';
  if (options.log !== undefined) return 'log';
  // Duration is what only numbers have: a rate and a memory size can complete a log.
  if (options.duration !== undefined) return 'numbers';
  if (hasInput) return 'log';
  return options.requests !== undefined || options.memory !== undefined ? 'numbers' : 'nothing';
}

/** How each mode is asked, for whoever has given nothing. */
export const howToAsk: readonly string[] = [
  'An estimate needs numbers, a log or a plan:',
  '  crossover estimate --requests 1M/day --duration 200ms --memory 256MB --cpu 9ms',
  '  aws logs tail /aws/lambda/NAME --since 1d | crossover estimate',
  '  crossover estimate plans/week.yaml',
  '"crossover estimate --help" has all options.',
];

type OptionName = keyof EstimateOptions;

const spelled: Readonly<Record<OptionName, string>> = {
  requests: '--requests',
  duration: '--duration',
  memory: '--memory',
  cpu: '--cpu',
  init: '--init',
  coldShare: '--cold-share',
  ecs: '--ecs',
  tasks: '--tasks',
  bound: '--bound',
  slotsPerTask: '--slots-per-task',
  peak: '--peak',
  targetUtilisation: '--target-utilisation',
  edgeLambda: '--edge-lambda',
  edgeEcs: '--edge-ecs',
  preflights: '--preflights',
  payloadIn: '--payload-in',
  payloadOut: '--payload-out',
  freeTier: '--free-tier',
  region: '--region',
  architecture: '--architecture',
  prices: '--prices',
  log: '--log',
  writePlan: '--write-plan',
};

/** Options that a mode has another source for. */
const unfitting: Readonly<
  Record<EstimateMode, { readonly names: OptionName[]; readonly why: string }>
> = {
  plan: {
    names: [
      'duration',
      'memory',
      'init',
      'coldShare',
      'ecs',
      'tasks',
      'bound',
      'slotsPerTask',
      'log',
      'writePlan',
    ],
    why: 'the plan says it for each workload',
  },
  log: { names: ['duration', 'init', 'coldShare'], why: 'the log says it' },
  numbers: { names: ['log'], why: 'the numbers stand for it' },
  nothing: { names: [], why: '' },
};

const needed: readonly { readonly name: OptionName; readonly example: string }[] = [
  { name: 'requests', example: '--requests 26M/month' },
  { name: 'duration', example: '--duration 200ms' },
  { name: 'memory', example: '--memory 256MB' },
];

/** What is missing in a mode, and what does not go with it. */
export function modeProblems(mode: EstimateMode, options: EstimateOptions): string[] {
  const { names, why } = unfitting[mode];
  const given = names.filter((name) => options[name] !== undefined);
  const missing =
    mode === 'numbers' ? needed.filter(({ name }) => options[name] === undefined) : [];
  const isIo = options.bound === 'io';
  return [
    ...given.map((name) => `${spelled[name]} does not go with this: ${why}.`),
    ...missing.map(({ name, example }) => `${spelled[name]} is missing, for example ${example}.`),
    ...(isIo && options.slotsPerTask === undefined && mode !== 'plan'
      ? [
          '--bound io needs --slots-per-task: how many requests a task serves at once, for ' +
            'example 100.',
        ]
      : []),
    ...(!isIo && options.slotsPerTask !== undefined && mode !== 'plan'
      ? ['--slots-per-task goes with --bound io.']
      : []),
  ];
}
