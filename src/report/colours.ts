/**
 * Colours carry one meaning each: blue is Lambda, orange is Fargate, green is the answer, red is
 * serious. The pair blue and orange stays apart for colour-blind readers (Okabe & Ito, 2008), and
 * every chart also tells them apart by form or text.
 */
export const lightColours = {
  page: '#ffffff',
  ink: '#1a1d21',
  soft: '#5b6470',
  line: '#d9dee4',
  panel: '#f5f7f9',
  lambda: '#0072b2',
  'lambda-soft': '#8fc3e3',
  ecs: '#c9540a',
  'ecs-soft': '#efb48c',
  neutral: '#8a94a0',
  answer: '#0a7a52',
  'answer-panel': '#e9f6f0',
  doubt: '#8a6100',
  'doubt-panel': '#fdf5e2',
  serious: '#b3261e',
} as const;

export type ColourName = keyof typeof lightColours;

export const darkColours: Readonly<Record<ColourName, string>> = {
  page: '#14171a',
  ink: '#e6e9ec',
  soft: '#a0a9b4',
  line: '#343b43',
  panel: '#1d2226',
  lambda: '#56b4e9',
  'lambda-soft': '#2a6188',
  ecs: '#f0883e',
  'ecs-soft': '#8a4a1c',
  neutral: '#7d8792',
  answer: '#4cc38a',
  'answer-panel': '#15291f',
  doubt: '#e3b341',
  'doubt-panel': '#2b2413',
  serious: '#ff8078',
};

/** On paper no panel is filled, and grey is dark enough for a printer. */
export const printColours: Readonly<Record<ColourName, string>> = {
  ...lightColours,
  ink: '#000000',
  soft: '#444444',
  line: '#bbbbbb',
  panel: '#ffffff',
  'answer-panel': '#ffffff',
  'doubt-panel': '#ffffff',
};

/** As the custom properties that stylesheet and charts use. */
export function colourVariables(colours: Readonly<Record<ColourName, string>>): string {
  return Object.entries(colours)
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(' ');
}
