/** Writes `plans/plan.schema.json` for editors. Run it after a change of `src/plan/schema.ts`. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { planJsonSchemaText } from '../src/plan/json-schema.ts';

const path = resolve(import.meta.dirname, '../plans/plan.schema.json');
await writeFile(path, planJsonSchemaText());
console.log(`Wrote ${path}`);
