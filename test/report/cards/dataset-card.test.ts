import { describe, expect, test } from 'vitest';

import { renderDatasetCard } from '../../../src/report/cards/dataset-card.ts';
import { aDatasetDescription, anEmptyDescription } from '../../support/a-dataset-description.ts';

describe('a dataset card', () => {
  const card = renderDatasetCard(aDatasetDescription());

  test('says what it is, with the fingerprint that it is cited by', () => {
    expect(card).toContain('# Dataset of made-up');
    expect(card).toContain(`Fingerprint ${'f00dfeed'.repeat(8)}`);
    expect(card).toContain('slots 1 to 3, 5, fingerprint f00dfeed');
    expect(card).toContain('"crossover dataset build made-up"');
  });

  test('has the findings first, the serious ones in bold', () => {
    expect(card).toMatch(/## Findings\n\n- \*\*It knows the answer\.\*\*\n- Lambda was better/);
  });

  test.each([
    ['labels and weights by workload', '| heavy | 80 | 25 % | 0.5 | 2 | 1 |'],
    ['and by the ladder', '| heavy | 25 % | 8.3 | 20 | 25 % | 0.5 | 2 | 1 |'],
    ['and by rate', '| heavy | 0 | 1.5 | 80 | 25 % | 0.5 | 2 | 1 |'],
    ['the class balance', '| Fargate | 75 | 75 % | 90 % |'],
    ['the ratio rule', '| all | 100 | 25 % | 5 % | 20 % | 0.0123 |'],
    ['the ceiling beside the majority', '| Ceiling, cross-fitted over slots | 81 % |'],
    ['a detector that found nothing', '| Too few pairs | 100 | below 59 | – |'],
    ['a detector that found something', '| Leak: in_flight_ecs | 97.00 % | above 90.00 % | leak |'],
    ['missing values', '| billed_ms | 0.96 % | 0 % | – | – |'],
    ['constant features', '| in_flight_ecs | 0 | 0 | 0 | all pairs |'],
    ['the split', '| judge | 3, 5 | 40 | 30 % |'],
    ['slots that are left out', '- Slot 4 missed: No load worker began the run.'],
    ['requests without a pair', '| lead-in | 4 | 3.8 % |'],
    ['columns with their units', '| latency_ms | ms | send to last byte | no answer |'],
    ['columns of features', '| feature_workload=heavy | 0 or 1 | the workload is heavy |'],
  ])('has %s', (_, row) => {
    expect(card).toContain(row);
  });

  test('names its limits', () => {
    expect(card).toContain('One region, one stretch of time, one account');
  });

  test('of a simulation says so before all else, with how far the simulator was checked', () => {
    const simulated = renderDatasetCard(
      aDatasetDescription({ testbed: 'simulated', stamp: 'validated 6 of 7' }),
    );
    expect(simulated.split('\n\n')[2]).toBe(
      '> Simulated: no platform was measured, a model was computed. The simulator: validated 6 of 7.',
    );
    expect(simulated).toContain('It was simulated: it shows what the model says');
    expect(simulated).not.toContain('one account');
  });

  test('tells by which rule a plan without utility labels', () => {
    const { setting } = aDatasetDescription();
    const ratio = aDatasetDescription({
      setting: { ...setting, labels: { rule: 'ratio', latencyWeight: 0.6 } },
    });
    expect(renderDatasetCard(ratio)).toContain('every pair weighs 1');
  });

  test('without a complete slot says so and why', () => {
    const empty = renderDatasetCard(anEmptyDescription());
    expect(empty).toContain('There is no dataset: no slot is complete.');
    expect(empty).toContain('6 planned slots: 6 missed.');
    expect(empty).toContain('There are none: no request has an outcome on both platforms yet.');
    expect(empty).not.toMatch(/NaN|undefined|Infinity/);
  });
});
