/** aws-lambda-ric loads functions from .js, .mjs and .cjs files only; the adapter is TypeScript. */
export const { handler } = await import(process.env.CROSSOVER_ADAPTER);
