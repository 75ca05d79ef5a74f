import { notableOutside, type PolicyValue } from '../../domain/simulation/policy-figures.ts';
import type { PolicyValueResult, PolicyValues } from '../../domain/simulation/policy-value.ts';
import { type Block, number, paragraph, type Section, type Table, text } from '../document.ts';
import { blank, change, count, counted, listed, percent, sentence, utility } from '../format.ts';
import type { ReportInput } from '../report-input.ts';

/** What a router is worth that has to live with its own load (METHOD 5.2); empty without one. */
export function policyValueSections({ policyValue }: ReportInput): readonly Section[] {
  if (policyValue === undefined) return [];
  return [
    { id: 'policy-value', title: 'Routers on their own load', blocks: blocksOf(policyValue) },
  ];
}

function blocksOf(result: PolicyValueResult): Block[] {
  if (result.status === 'failed') {
    return [paragraph(`V_self was not computed: ${sentence(result.reason)}`)];
  }
  return [
    paragraph(answerSentence(result)),
    valueTable(result),
    ...(result.passes === undefined ? [] : [paragraph(routingSentence(result, result.passes))]),
    ...(result.notes.length === 0
      ? []
      : [paragraph(`What the fit could not tell: ${result.notes.map(sentence).join(' ')}`)]),
  ];
}

function answerSentence({ policies }: PolicyValues): string {
  const differing = policies.filter(({ differs }) => differs);
  const outside = policies.filter(({ outsideShare }) => outsideShare > notableOutside);
  const own =
    differing.length === 0
      ? 'No policy is worth something else on its own load than its pairs say, by more than 2 % ' +
        'and chance.'
      : `On its own load ${listed(differing.map(differenceWords))}: what moving one request is ` +
        'worth is not what the policy is worth.';
  return outside.length === 0
    ? own
    : `${own} ${listed(outside.map(({ policy }) => policy))} meets more load than was collected, ` +
        'so its V_self is an extrapolation.';
}

function differenceWords({ policy, vPair, vSelf }: PolicyValue): string {
  return `${policy} is ${vSelf > vPair ? 'worse' : 'better'} by ${magnitude(vSelf - vPair)}`;
}

/** A difference of u as a part of "latency and cost", of which u is the logarithm. */
function magnitude(difference: number): string {
  return change(Math.exp(Math.abs(difference))).replace('+', '');
}

function valueTable({ policies, slots, ofSlots, requests }: PolicyValues): Table {
  const part =
    slots === ofSlots
      ? `all ${counted(slots, 'complete slot')}`
      : `the first ${count(slots)} of ${counted(ofSlots, 'complete slot')}`;
  return {
    kind: 'table',
    caption: 'V_pair and V_self: share-weighted mean u of what a policy chooses; lower is better',
    columns: [
      text('Policy'),
      number('V_pair, measured'),
      number('V_pair, simulated'),
      number('V_self, simulated'),
      number('Difference'),
      number('± 95 %'),
      text('Differs'),
      number('Beyond collected load'),
    ],
    rows: policies.map((value) => ({
      cells: [
        value.policy,
        value.measuredPair === undefined ? blank : utility(value.measuredPair),
        utility(value.vPair),
        utility(value.vSelf),
        change(Math.exp(value.vSelf - value.vPair)),
        value.margin === undefined ? blank : percent(value.margin),
        value.differs ? 'YES' : 'no',
        percent(value.outsideShare),
      ],
    })),
    note:
      `The arrivals of ${part}, ladders left out (${counted(requests, 'request')}), through the ` +
      'simulator fitted to this campaign. In V_pair both platforms carry the full load; in V_self ' +
      'each carries what the policy sends it, on the same hosts; both platforms of a pair are asked at once. Compare the two ' +
      'simulated columns; the measured one says how far the fit is off. No arm of the verdict.',
  };
}

function routingSentence({ movedShare = 0, hasConverged }: PolicyValues, passes: number): string {
  const moved =
    `On its own load the router sends ${percent(movedShare)} of the requests elsewhere than it ` +
    'would on the load of the collection. ';
  return hasConverged === true
    ? `${moved}Its routing was stable after ${count(passes)} passes.`
    : `${moved}Its routing was not stable after ${count(passes)} passes, so its V_self is one of several.`;
}
