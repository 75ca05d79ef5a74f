import fc from 'fast-check';
import { expect, it } from 'vitest';
import { quantile } from '../../../src/domain/statistics/statistics.ts';
import { PooledLatencies, pooledQuantile } from '../../../src/domain/verdict/pooled-latencies.ts';

const latency = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(Number.POSITIVE_INFINITY));

it('a quantile over workloads is that of all their requests together', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.array(latency, { maxLength: 40 })), { minLength: 1, maxLength: 4 }),
      fc.constantFrom(0.5, 0.95),
      (workloads, q) => {
        const rows = Float64Array.from(workloads.flat(2)).sort();
        const found = pooledQuantile(
          workloads.map((blocks) => new PooledLatencies(blocks)),
          q,
        );
        const isPrinted = rows.length - Math.max(1, Math.ceil(q * rows.length - 1e-9)) >= 10;
        expect(found).toBe(isPrinted ? quantile(rows, q) : undefined);
      },
    ),
  );
});
