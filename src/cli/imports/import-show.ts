import { readPlan } from '../run.ts';
import type { CliServices } from '../services.ts';
import { print, valuesOf } from './import.ts';
import { requireManifest, withStoredRows } from './stored-imports.ts';

/** What `import` printed, once more, and with `--model` what a model would have done. */
export async function showImport(
  services: CliServices,
  name: string,
  options: { readonly model?: string; readonly plan?: string },
): Promise<number> {
  const manifest = await requireManifest(services, name);
  const plan =
    options.plan === undefined ? undefined : (await readPlan(services, options.plan)).plan;
  const { rule, summary } = manifest;
  const values = await withStoredRows(services, manifest, (database) =>
    valuesOf(database, summary, { rule, model: options.model, plan }),
  );
  print(services, { manifest, values });
  return 0;
}
