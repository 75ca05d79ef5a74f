import { listCampaigns } from '../list.ts';
import { showLogs } from '../logs.ts';
import { showStatus, watch } from '../look.ts';
import type { CliServices } from '../services.ts';
import { type AddCommand, required } from './add-command.ts';

/** What there is to see of campaigns, and of the simulator. */
export function addLooking(add: AddCommand, services: CliServices): void {
  add('status <campaign>', 'where a campaign is', (id) => showStatus(services, required(id)));
  add('watch <campaign>', 'show a running campaign until it ends', (id) =>
    watch(services, required(id)),
  );
  add('list', 'the campaigns of this store, and those that run', () => listCampaigns(services));
  add('logs <campaign> [slot]', 'what happened, in order: Temporal and the processes', (id, slot) =>
    showLogs(services, required(id), slot),
  );
}
