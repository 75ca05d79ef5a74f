import { isModelUsed, type Policy } from './policy.ts';

/** How to use the files of a policy, in Markdown. */
export function policyReadme(policy: Policy): string {
  const { campaignId, champion, plan } = policy;
  const inUse =
    champion === undefined
      ? 'No retraining has chosen a router; best-static follows from the prices.'
      : `In use: ${isModelUsed(policy) ? 'the model' : 'best-static'}. ${champion.reason}`;
  return [
    `# Routing policy of campaign ${campaignId}`,
    '',
    `${inUse}${plan.simulation === undefined ? '' : ' The campaign was a simulation.'}`,
    '',
    ...modelSection(policy),
    ...bestStaticSection(policy),
    ...switchSection(policy),
  ].join('\n');
}

function modelSection({ model, campaignId, plan }: Policy): string[] {
  if (model === undefined) {
    return [
      '## No model',
      '',
      'The campaign has no learned router, so there is no model.json.',
      '',
    ];
  }
  const { artifact, hash } = model;
  const columns = artifact.features.map((feature, index) => `${index}. \`${feature}\``);
  return [
    '## model.json',
    '',
    `A ${artifact.family}, sha256 \`${hash}\`. p_lambda for each request of a file:`,
    '',
    '```sh',
    `crossover predict --model model.json --timezone ${plan.schedule.timezone} requests.csv`,
    '```',
    '',
    'A row has `request_id, sent_at, workload, payload_bytes` and, when they are known, the load ' +
      `columns; those that are blank are recomputed from the rows before. A request goes to Lambda ` +
      `when p_lambda is above ${artifact.threshold}, else to Fargate.`,
    '',
    'In code: the scorer is plain arrays (`scorer`), numbers packed in base64, little-endian. It ' +
      'takes one vector, from 0 on:',
    '',
    ...columns,
    '',
    `Hours and days are those of ${plan.schedule.timezone}. The load columns are those of the own ` +
      'workload: requests in flight, sends of the last 60 s per second, milliseconds since the ' +
      'send before (3,600,000 when there was none). The model was trained on what campaign ' +
      `${campaignId} measured; other code, other sizes or another region need a campaign of their own.`,
    '',
  ];
}

function bestStaticSection({ table, capacityReason, plan }: Policy): string[] {
  return [
    '## best-static.json',
    '',
    `One platform for each workload, the cheaper one that is fast enough at ${plan.evaluation.ratePerS} ` +
      'requests/s, with the price book that decided. It needs no router: set the target of each ' +
      "workload's route once.",
    '',
    '| workload | platform |',
    '| --- | --- |',
    ...Object.entries(table).map(([workload, platform]) => `| ${workload} | ${platform} |`),
    '',
    capacityReason,
    '',
  ];
}

function switchSection({ plan, switches }: Policy): string[] {
  const rows = switches.map(({ workload, breakEven, hours }) => {
    const onFargate = hours.filter(({ ecsPercent }) => ecsPercent > 0).length;
    const perHour = breakEven === undefined ? 'never' : breakEven.requestsPerHour.toFixed(0);
    const tasks = breakEven === undefined ? '' : String(breakEven.tasks);
    return `| ${workload} | ${perHour} | ${tasks} | ${onFargate} of ${hours.length} |`;
  });
  return [
    '## switch-by-rate.json, switch-by-rate.csv',
    '',
    'For each workload the number of requests an hour from which Fargate stays cheaper, and for ' +
      `each hour of the week (${plan.schedule.timezone}) the expected number, the tasks that serve ` +
      'it, and the weights in percent. Set them hourly as weights of the target groups behind a ' +
      'load balancer: the Lambda target gets `lambda_percent`, the Fargate service `ecs_percent`, ' +
      'and the service the desired count `fargate_tasks`. Start tasks a few minutes before they ' +
      'get weight. Below the break-even Fargate can be cheaper for a while, until it needs a ' +
      'further task (`earlier` in the JSON file). Only prices decide here; whether a platform is ' +
      'fast enough is in best-static.',
    '',
    '| workload | break-even, requests/h | tasks there | hours on Fargate |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ];
}
