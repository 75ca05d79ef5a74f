import { PermanentFailure } from '../domain/failures.ts';
import type { Champion } from '../domain/models/model.ts';
import { keysOf } from '../domain/names.ts';
import type { Plan } from '../domain/plan.ts';
import type { ObjectStore } from '../stores/object-store.ts';
import type { DeploymentRecord } from '../testbeds/testbed.ts';

/** The stored plan: `putIfAbsent` of it takes the campaign's id for ever. */
export interface StoredPlan {
  readonly plan: Plan;
  readonly planHash: string;
}

/** The objects of one campaign as values. What was written by an earlier step must be there. */
export class CampaignStore {
  readonly objects: ObjectStore;
  readonly campaignId: string;
  readonly keys: ReturnType<typeof keysOf>;

  constructor(objects: ObjectStore, campaignId: string) {
    this.objects = objects;
    this.campaignId = campaignId;
    this.keys = keysOf(campaignId);
  }

  async plan(): Promise<Plan> {
    const stored = await this.requireJson<StoredPlan>(this.keys.plan);
    return stored.plan;
  }

  deployment(): Promise<DeploymentRecord> {
    return this.requireJson<DeploymentRecord>(this.keys.deployment);
  }

  champion(): Promise<Champion | undefined> {
    return this.json<Champion>(this.keys.champion);
  }

  /** Resolves to undefined when the key does not exist. */
  async json<Value>(key: string): Promise<Value | undefined> {
    const stored = await this.objects.get(key);
    if (stored === undefined) return undefined;
    try {
      return JSON.parse(new TextDecoder().decode(stored.body)) as Value;
    } catch (error) {
      throw new PermanentFailure(
        'CorruptObject',
        `The stored object "${key}" is no JSON. Restore it, or run the campaign again.`,
        { cause: error },
      );
    }
  }

  async requireJson<Value>(key: string): Promise<Value> {
    const value = await this.json<Value>(key);
    if (value === undefined) throw missing(key);
    return value;
  }

  async requireBytes(key: string): Promise<Uint8Array> {
    const stored = await this.objects.get(key);
    if (stored === undefined) throw missing(key);
    return stored.body;
  }

  putJson(key: string, value: unknown): Promise<void> {
    return this.objects.put(key, toJson(value));
  }
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function missing(key: string): PermanentFailure {
  return new PermanentFailure(
    'MissingObject',
    `The store has no object "${key}", which an earlier step must have written. ` +
      'Was the store moved or cleared? Point CROSSOVER_STATE at the folder of this campaign.',
  );
}
