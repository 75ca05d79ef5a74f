import { Context, log } from '@temporalio/activity';
import { armServices, type EvaluationSetup, hybridRules } from '../domain/evaluation.ts';
import { PermanentFailure } from '../domain/failures.ts';
import { hasRouterService } from '../domain/money/router-task.ts';
import { campaignWorkflowId } from '../domain/names.ts';
import type { Plan } from '../domain/plan.ts';
import type { LoadRunRef, RunWindow } from '../domain/requests/load-run.ts';
import type { ServiceSpec, WindowRouter } from '../testbeds/testbed.ts';
import { type ActivityPorts, requireTestbed } from './activity-ports.ts';
import { CampaignStore } from './campaign-store.ts';
import { beating } from './heartbeats.ts';

export type TestbedActivities = ReturnType<typeof createTestbedActivities>;

export interface CampaignRef {
  readonly campaignId: string;
}

export interface WindowInput {
  readonly run: LoadRunRef;
  readonly window: RunWindow;
}

/** A local testbed outlives its last window by so much, unless it is released or renewed. */
const expiryMarginMs = 120_000;

/** The server answers a description by itself, in milliseconds. */
const describeWithinMs = 10_000;

export function createTestbedActivities(ports: ActivityPorts) {
  return { deployTestbed, prepareWindow, releaseOrphanedTestbed, releaseTestbed };

  /** Brings the testbed up and freezes what was measured of it, before slot 1. */
  async function deployTestbed({ campaignId }: CampaignRef): Promise<void> {
    const store = new CampaignStore(ports.objects, campaignId);
    const plan = await store.plan();
    const { testbed } = requireTestbed(ports, plan.testbed);
    const expiresAtMs = Date.now() + plan.schedule.everyMs + 2 * expiryMarginMs;
    const deployment = await beating(({ signal }) =>
      testbed.deploy({ campaignId, plan, expiresAtMs }, { signal }),
    );
    // The first measurement counts: a retry after a crash must not change the ladder's rates.
    const isFirst = await ports.objects.putIfAbsent(
      store.keys.deployment,
      JSON.stringify(deployment),
    );
    log.info('Testbed deployed', { campaignId, limits: deployment.limits, isFirst });
  }

  async function prepareWindow({ run, window }: WindowInput): Promise<void> {
    const store = new CampaignStore(ports.objects, run.campaignId);
    const plan = await store.plan();
    const { testbed } = requireTestbed(ports, plan.testbed);
    const services = await servicesOf(store, run, plan);
    const router = 'block' in run ? await routerOf(store, plan) : undefined;
    await beating(({ signal }) =>
      testbed.prepare(
        {
          campaignId: run.campaignId,
          run: run.run,
          services,
          ...(router === undefined ? {} : { router }),
          expiresAtMs: window.keepUntilMs + expiryMarginMs,
        },
        { signal },
      ),
    );
  }

  async function releaseTestbed({
    campaignId,
  }: CampaignRef): Promise<{ readonly leftovers: readonly string[] }> {
    const store = new CampaignStore(ports.objects, campaignId);
    const plan = await store.plan();
    const { testbed } = requireTestbed(ports, plan.testbed);
    const leftovers = await beating(({ signal }) => testbed.release(campaignId, { signal }));
    log.info('Testbed released', { campaignId, leftovers: leftovers.length });
    return { leftovers };
  }

  /**
   * For a campaign whose testbed workflow was terminated: nobody else would release. While that
   * workflow lives, releasing is its business.
   */
  async function releaseOrphanedTestbed({ campaignId }: CampaignRef): Promise<void> {
    const campaign = await describe(campaignWorkflowId(campaignId));
    const holder = campaign.parentExecution;
    if (holder?.workflowId) {
      const { status } = await describe(holder.workflowId, holder.runId ?? undefined);
      if (status.name === 'RUNNING') return;
    }
    const { leftovers } = await releaseTestbed({ campaignId });
    if (leftovers.length > 0) {
      throw new PermanentFailure(
        'TestbedBusy',
        `Left on the testbed of campaign "${campaignId}": ${leftovers.join(', ')}.`,
      );
    }
  }
}

async function describe(workflowId: string, runId?: string) {
  const { client } = Context.current();
  return await client.withDeadline(Date.now() + describeWithinMs, () =>
    client.workflow.getHandle(workflowId, runId).describe(),
  );
}

/** What must be up for a run: both platforms in collection, what each arm may use in a block. */
export async function servicesOf(
  store: CampaignStore,
  run: LoadRunRef,
  plan: Plan,
): Promise<readonly ServiceSpec[]> {
  if ('slot' in run) return collectionServices(plan);
  return armServices(await store.requireJson<EvaluationSetup>(store.keys.evaluation), plan);
}

/** The hybrid's router service, by the model that the evaluation has pinned, if the plan has one. */
async function routerOf(store: CampaignStore, plan: Plan): Promise<WindowRouter | undefined> {
  const setup = await store.requireJson<EvaluationSetup>(store.keys.evaluation);
  if (!setup.arms.includes('hybrid') || !hasRouterService('hybrid', plan)) return undefined;
  const common = { owner: 'hybrid', table: setup.table, ...hybridRules(setup, plan) } as const;
  const { modelHash: hash } = setup;
  if (hash === undefined) return common;
  return { ...common, model: { hash, bytes: await store.requireBytes(store.keys.model(hash)) } };
}

function collectionServices(plan: Plan): ServiceSpec[] {
  return plan.workloads.flatMap((workload): ServiceSpec[] => [
    { owner: 'collection', platform: 'lambda', workload: workload.name },
    { owner: 'collection', platform: 'ecs', workload: workload.name, tasks: workload.ecsTasks },
  ]);
}
