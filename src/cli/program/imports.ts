import type { Command } from 'commander';

import { importResults } from '../imports/import.ts';
import type { ImportOptions } from '../imports/import-options.ts';
import { showImport } from '../imports/import-show.ts';
import { listImports, removeImport } from '../imports/stored-imports.ts';
import type { CliServices } from '../services.ts';

const json = ['--json', 'print one JSON object for machines'] as const;

/** Results that were measured elsewhere. */
export function addImports(
  program: Command,
  services: CliServices,
  exitWith: (code: number) => void,
): void {
  const command = program
    .command('import')
    .argument('<files...>', 'CSV, JSON lines or Parquet; lambda=FILE, ecs=FILE for one platform')
    .description('make a dataset of results measured elsewhere, paired or not');
  addOptions(command).action(
    async (files: string[], options: ImportOptions & { withoutCost?: boolean }) => {
      const { withoutCost, ...rest } = options;
      exitWith(await importResults(services, files, { ...rest, cost: withoutCost !== true }));
    },
  );
  command
    .command('show <name>')
    .description('what an import holds, and what must be doubted')
    .option('--model <file>', 'value a stored model on it, too (METHOD 4.8)')
    .option('--plan <file>', "plan with the model's time zone")
    .option(...json)
    .action(async (name: string, _: unknown, show: Command) => {
      // Options that "import" has, too, are taken by it wherever they stand.
      const { model, plan } = show.optsWithGlobals<{ model?: string; plan?: string }>();
      exitWith(
        await showImport(services, name, {
          ...(model === undefined ? {} : { model }),
          ...(plan === undefined ? {} : { plan }),
        }),
      );
    });
  command
    .command('list')
    .description('the imports of this store')
    .option(...json)
    .action(async () => exitWith(await listImports(services)));
  command
    .command('rm <name>')
    .description('remove an import')
    .option(...json)
    .action(async (name: string) => exitWith(await removeImport(services, name)));
}

function addOptions(command: Command): Command {
  return command
    .option('--as <name>', 'name of the import; else that of the first file')
    .option('--preset <tool>', 'k6, jmeter or artillery')
    .option('--column <field=column>', 'where a field stands; NAME*1000 multiplies', collect)
    .option('--platform <platform>', 'all rows went to lambda or ecs')
    .option('--lambda <column:regex>', 'rows that went to Lambda')
    .option('--ecs <column:regex>', 'rows that went to Fargate')
    .option('--platform-from <column:regex>', 'group 1 of the match names the platform')
    .option('--workload-from <column:regex>', 'group 1 of the match names the workload')
    .option('--payload <bytes>', 'payload where blank; WORKLOAD=BYTES for one', collect)
    .option('--memory <MB>', 'Lambda memory where blank; WORKLOAD=MB for one', collect)
    .option('--timeout <duration>', 'how long a request was waited for (29s)')
    .option('--planned <count>', 'planned: N, lambda=N, heavy=N, lambda/heavy=N, plan', collect)
    .option('--requests <file>', 'list of planned requests, by request_id')
    .option('--plan <file>', 'plan with sizes, prices and SLOs')
    .option('--price-book <name>', 'prices, if not those of the plan')
    .option('--lambda-edge <edge>', 'before Lambda: none, function-url, http-api, rest-api, alb')
    .option('--ecs-edge <edge>', 'before Fargate: none, http-api, rest-api, alb')
    .option('--ecs-cost <usd>', 'marginal cost of a request; WORKLOAD=USD for one', collect)
    .option('--without-cost', 'compare latency alone')
    .option('--leave-out-bad-rows', 'import all other rows, and count these')
    .option('--model <file>', 'value a stored model, too (METHOD 4.8)')
    .option('--dry-run', 'say what would be left out and what is missing; store nothing')
    .option(...json);
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
