import type { Champion } from '../../domain/models/model.ts';
import { listed } from '../format.ts';

/** Where best-static sends each workload: "lightweight on Lambda, heavy on Fargate". */
export function placesText({ table }: Pick<Champion, 'table'>): string {
  return listed(
    Object.entries(table).map(
      ([workload, platform]) => `${workload} on ${platform === 'lambda' ? 'Lambda' : 'Fargate'}`,
    ),
  );
}
