import { describe, expect, test } from 'vitest';
import type { Champion } from '../../../src/domain/models/model.ts';
import type { ModelEvaluation } from '../../../src/domain/models/model-evaluation.ts';
import type { FamilyName } from '../../../src/domain/plan.ts';
import { renderModelCard } from '../../../src/report/cards/model-card.ts';
import { renderReport } from '../../../src/report/report.ts';
import type { EvaluatedModel, ReportInput } from '../../../src/report/report-input.ts';
import { aModelEvaluation } from '../../support/a-model-evaluation.ts';
import { aReportInput } from '../../support/a-report-input.ts';

function evaluated(
  family: FamilyName,
  hash: string,
  changes: Partial<ModelEvaluation> = {},
): EvaluatedModel {
  const { model } = aReportInput();
  if (model === undefined) throw new Error('The made-up campaign has a model.');
  return {
    hash,
    artifact: { ...model.artifact, family },
    evaluation: aModelEvaluation({ family, ...changes }),
  };
}

const forest = evaluated('random-forest', 'aaaa');
const network = evaluated('neural-network', 'bbbb', {
  regret: { value: 0.041, lower: 0.02, upper: 0.06 },
});
const input = (changes: Partial<ReportInput> = {}): ReportInput =>
  aReportInput({ models: [forest, network], ...changes });

const learned: Champion = {
  kind: 'learned',
  table: { lightweight: 'lambda', thumbnail: 'lambda', medium: 'lambda', heavy: 'ecs' },
  withCapacity: ['heavy'],
  modelHash: 'bbbb',
  learnedModelHash: 'bbbb',
  reason: 'It is better.',
  slotsSeen: 6,
};

describe('the comparison of families', () => {
  test('has every family with its intervals, and beside them what must be beaten', async () => {
    const { markdown } = await renderReport(input());
    expect(markdown).toContain(
      '| random-forest | −2.8710 [−2.9000, −2.8400] | 0.0790 [0.0500, 0.1100] | 94.3 % [91, 97] |',
    );
    expect(markdown).toContain('| neural-network | −2.8710 [−2.9000, −2.8400] | 0.0410');
    expect(markdown).toContain('| best-static | −2.8840 | 0.0660 |');
    expect(markdown).toContain('| attainable oracle | −2.9500 | 0.0000 |');
    expect(markdown).toContain('| ceiling, cross-fitted to in-sample | – | – | 93.1 % to 96.2 % |');
    expect(markdown).toContain(
      'fitted on 4 earlier slots and judged on 158 pairs of 2 later slots',
    );
  });

  test('marks the model in use', async () => {
    const { markdown } = await renderReport(input({ champion: learned }));
    expect(markdown).toContain('| **neural-network** |');
    expect(markdown).not.toContain('| **random-forest** |');
  });

  test('draws a ROC curve and a calibration for each', async () => {
    const { html, figures } = await renderReport(input());
    for (const name of ['roc', 'calibration', 'confusion', 'importance', 'model-comparison']) {
      const svg = figures.find((figure) => figure.name === name)?.svg;
      expect(svg).toContain('>random-forest</text>');
      expect(svg).toContain('>neural-network</text>');
    }
    expect(html).not.toContain('NaN');
  });

  test('has workloads that were left out where they were, with why not', async () => {
    const unseen = {
      workload: 'heavy',
      rows: 40,
      accuracy: 0.75,
      majorityAccuracy: 0.7,
      vPair: -1,
      vPairBestStatic: -0.9,
    };
    const models = [
      evaluated('random-forest', 'aaaa', {
        leaveOneWorkloadOut: [
          unseen,
          { ...unseen, workload: 'medium', notJudged: 'Only Fargate won.' },
        ],
      }),
    ];
    const { markdown } = await renderReport(input({ models }));
    expect(markdown).toContain(
      '| random-forest | heavy | 40 | 75 % | 70 % | −1.0000 | −0.9000 |  |',
    );
    expect(markdown).toContain(
      '| random-forest | medium | 40 | – | – | – | – | Only Fargate won. |',
    );
    expect((await renderReport(input())).markdown).not.toContain('Leave one workload out');
  });
});

describe('drift', () => {
  test('is told with the features that moved', async () => {
    const drift = [
      { feature: 'payload_bytes', psi: 0.31 },
      { feature: 'in_flight_ecs', psi: 0.02 },
    ];
    const { markdown } = await renderReport(input({ champion: { ...learned, drift } }));
    expect(markdown).toContain('differ from the earlier ones in payload_bytes (0.31)');
    expect(markdown).not.toContain('in_flight_ecs (0.02)');
  });

  test('is told to be none where there is none', async () => {
    const drift = [{ feature: 'payload_bytes', psi: 0.1 }];
    const { markdown } = await renderReport(input({ champion: { ...learned, drift } }));
    expect(markdown).toContain('No feature has drifted');
  });
});

describe('the model card', () => {
  test('names the model in use, the features in order, settings, data and libraries', () => {
    const card = renderModelCard(input({ champion: learned }));
    expect(card).toMatch(/^# Models of made-up\n/);
    expect(card).toContain('In use would be model bbbb. It is better.');
    expect(card).toMatch(/\| 1 \| payload_bytes \|\n\| 2 \| in_flight_ecs \|/);
    expect(card).toContain(`Dataset ${'f00dfeed'.repeat(8)}: 474 pairs of 6 complete slots`);
    expect(card).toContain('trees 200');
    expect(card).toContain('0.0410 [0.0200, 0.0600]');
  });

  test('is written without any model, and says so', () => {
    const { champion: _none, dataset: _no, ...rest } = input({ models: [] });
    const card = renderModelCard(rest);
    expect(card).toContain('No router was chosen.');
    expect(card).toContain('No model was fitted.');
    expect(card).toContain('There is no dataset.');
    expect(card).not.toContain('undefined');
  });
});
