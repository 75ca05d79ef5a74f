import { startOrContinue } from './campaign-start.ts';
import { readPlan } from './run.ts';
import type { CliServices } from './services.ts';
import { openSession } from './session.ts';

/** Starts a campaign on the server and the workers that run elsewhere, and returns at once. */
export async function startPlan(services: CliServices, planPath: string): Promise<number> {
  const { output, objects } = services;
  const checked = await readPlan(services, planPath);
  const session = await openSession(services);
  try {
    const { campaignId, isNew } = await startOrContinue(session.client, objects, checked);
    output.line(
      isNew
        ? `Campaign ${campaignId} is started. "crossover watch ${campaignId}" shows it.`
        : `Campaign ${campaignId} of this plan is running already.`,
    );
    output.json({ campaignId, isNew });
    return 0;
  } finally {
    await session.close();
  }
}
