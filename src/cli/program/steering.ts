import { removeCampaign } from '../rm.ts';
import type { CliServices } from '../services.ts';
import { note, pause, resume, skip, stop } from '../steer.ts';
import { type AddCommand, required } from './add-command.ts';

/** What the owner of a campaign may decide while it runs, and afterwards. */
export function addSteering(add: AddCommand, services: CliServices): void {
  add('pause <campaign>', 'let the slot or block at work finish, then hold', (id) =>
    pause(services, required(id)),
  );
  add('resume <campaign>', 'undo a pause', (id) => resume(services, required(id)));
  add(
    'skip <campaign> <slots...>',
    'leave out slots that have not begun: 7, 7-9 or 7,9',
    (id, ...slots) => skip(services, required(id), slots),
  );
  add(
    'stop <campaign> [reason...]',
    'end now, with a report and a released testbed',
    (id, ...reason) => stop(services, required(id), reason.join(' ') || 'stopped by request'),
  );
  add('note <campaign> <text...>', 'write a line into the lab book', (id, ...text) =>
    note(services, required(id), text.join(' ')),
  );
  add('rm <campaign>', 'remove a campaign that has ended: its results and its work folder', (id) =>
    removeCampaign(services, required(id)),
  );
}
