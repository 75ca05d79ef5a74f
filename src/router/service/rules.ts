import type { Platform } from '../../domain/platform.ts';
import type { RoutingRules } from '../router.ts';
import type { CapacityDecision } from './model-source.ts';
import type { RoutedWorkload, RouterSettings } from './settings.ts';

/** Where a model may send each workload: by the champion's capacity decision, else the settings. */
export function modelRules(settings: RouterSettings, capacity?: CapacityDecision): RoutingRules {
  return rules(settings, (name, workload) => {
    if (capacity === undefined) return workload.platforms;
    // METHOD 4.1: without a Fargate service of its own a workload goes to Lambda.
    return capacity.withCapacity.includes(name) ? ['lambda', 'ecs'] : ['lambda'];
  });
}

/** One platform for each workload: best-static. */
export function staticRules(settings: RouterSettings, capacity?: CapacityDecision): RoutingRules {
  return rules(settings, (name, { bestStatic }) => [capacity?.table[name] ?? bestStatic]);
}

function rules(
  settings: RouterSettings,
  wantedOf: (name: string, workload: RoutedWorkload) => readonly Platform[],
): RoutingRules {
  const platformsOf = Object.entries(settings.workloads).map(([name, workload]) => {
    // Nothing can be sent where the settings have no endpoint, whoever wants it.
    const possible = wantedOf(name, workload).filter((platform) => workload.endpoints[platform]);
    return [name, possible.length > 0 ? possible : [workload.bestStatic]] as const;
  });
  return {
    platformsOf: Object.fromEntries(platformsOf),
    workloads: settings.workloads,
    timezone: settings.timezone,
  };
}
