/** `references.bib`: what the methodology of a campaign cites, and nothing else. */

export type Citation = keyof typeof works;

/** As Pandoc reads it: `[@bulej2020duet]`. */
export function cite(...keys: readonly Citation[]): string {
  return `[${keys.map((key) => `@${key}`).join('; ')}]`;
}

/** BibTeX of the works that a text cites, in the order of their keys. */
export function bibliographyOf(text: string): string {
  const cited = Object.entries(works).filter(([key]) => isCited(key, text));
  return cited.map(([key, { kind, ...fields }]) => entry(kind, key, fields)).join('\n');
}

/** A key may be the beginning of another one. */
function isCited(key: string, text: string): boolean {
  return new RegExp(`@${key}(?![\\w-])`).test(text);
}

function entry(kind: string, key: string, fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `  ${name} = {${value}}`);
  return `@${kind}{${key},\n${lines.join(',\n')}\n}\n`;
}

interface Work {
  readonly kind: 'article' | 'inproceedings' | 'misc';
  readonly author: string;
  readonly title: string;
  readonly year: string;
  readonly [field: string]: string;
}

const works = {
  abedi2017conducting: {
    kind: 'inproceedings',
    author: 'Ali Abedi and Tim Brecht',
    title: 'Conducting Repeatable Experiments in Highly Variable Cloud Computing Environments',
    booktitle:
      'Proceedings of the 8th ACM/SPEC International Conference on Performance Engineering',
    year: '2017',
    doi: '10.1145/3030207.3030229',
  },
  awsInitBilling2025: {
    kind: 'misc',
    author: '{Amazon Web Services}',
    title: 'AWS Lambda standardizes billing for INIT Phase',
    year: '2025',
    url: 'https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/',
  },
  berger1982multiparameter: {
    kind: 'article',
    author: 'Roger L. Berger',
    title: 'Multiparameter Hypothesis Testing and Acceptance Sampling',
    journal: 'Technometrics',
    volume: '24',
    number: '4',
    pages: '295--300',
    year: '1982',
  },
  breiman2001random: {
    kind: 'article',
    author: 'Leo Breiman',
    title: 'Random Forests',
    journal: 'Machine Learning',
    volume: '45',
    number: '1',
    pages: '5--32',
    year: '2001',
  },
  bulej2020duet: {
    kind: 'inproceedings',
    author:
      "Lubom{\\'i}r Bulej and Vojt{\\v{e}}ch Hork{\\'y} and Petr T{\\r{u}}ma and Fran{\\c{c}}ois Farquet and Aleksandar Prokopec",
    title: 'Duet Benchmarking: Improving Measurement Accuracy in the Cloud',
    booktitle: 'Proceedings of the ACM/SPEC International Conference on Performance Engineering',
    year: '2020',
    doi: '10.1145/3358960.3379132',
  },
  chen2016xgboost: {
    kind: 'inproceedings',
    author: 'Tianqi Chen and Carlos Guestrin',
    title: '{XGBoost}: A Scalable Tree Boosting System',
    booktitle:
      'Proceedings of the 22nd ACM SIGKDD International Conference on Knowledge Discovery and Data Mining',
    pages: '785--794',
    year: '2016',
    doi: '10.1145/2939672.2939785',
  },
  clopper1934use: {
    kind: 'article',
    author: 'C. J. Clopper and E. S. Pearson',
    title: 'The Use of Confidence or Fiducial Limits Illustrated in the Case of the Binomial',
    journal: 'Biometrika',
    volume: '26',
    number: '4',
    pages: '404--413',
    year: '1934',
  },
  hesterberg2015what: {
    kind: 'article',
    author: 'Tim C. Hesterberg',
    title:
      'What Teachers Should Know About the Bootstrap: Resampling in the Undergraduate Statistics Curriculum',
    journal: 'The American Statistician',
    volume: '69',
    number: '4',
    pages: '371--386',
    year: '2015',
    eprint: '1411.5279',
    archiveprefix: 'arXiv',
  },
  holm1979simple: {
    kind: 'article',
    author: 'Sture Holm',
    title: 'A Simple Sequentially Rejective Multiple Test Procedure',
    journal: 'Scandinavian Journal of Statistics',
    volume: '6',
    number: '2',
    pages: '65--70',
    year: '1979',
  },
  papadopoulos2021methodological: {
    kind: 'article',
    author:
      "Alessandro Vittorio Papadopoulos and Laurens Versluis and Andr{\\'e} Bauer and Nikolas Herbst and J{\\'o}akim von Kistowski and Ahmed Ali-Eldin and Cristina L. Abad and Jos{\\'e} Nelson Amaral and Petr T{\\r{u}}ma and Alexandru Iosup",
    title: 'Methodological Principles for Reproducible Performance Evaluation in Cloud Computing',
    journal: 'IEEE Transactions on Software Engineering',
    volume: '47',
    number: '8',
    pages: '1528--1543',
    year: '2021',
    doi: '10.1109/TSE.2019.2927908',
  },
  shahrad2020serverless: {
    kind: 'inproceedings',
    author:
      "Mohammad Shahrad and Rodrigo Fonseca and {\\'I}{\\~n}igo Goiri and Gohar Chaudhry and Paul Batum and Jason Cooke and Eduardo Laureano and Colby Tresness and Mark Russinovich and Ricardo Bianchini",
    title:
      'Serverless in the Wild: Characterizing and Optimizing the Serverless Workload at a Large Cloud Provider',
    booktitle: '2020 USENIX Annual Technical Conference',
    year: '2020',
  },
  waudbysmith2024time: {
    kind: 'article',
    author:
      'Ian Waudby-Smith and David Arbour and Ritwik Sinha and Edward H. Kennedy and Aaditya Ramdas',
    title: 'Time-uniform central limit theory and asymptotic confidence sequences',
    journal: 'The Annals of Statistics',
    year: '2024',
    eprint: '2103.06476',
    archiveprefix: 'arXiv',
  },
  williams1949experimental: {
    kind: 'article',
    author: 'E. J. Williams',
    title: 'Experimental Designs Balanced for the Estimation of Residual Effects of Treatments',
    journal: 'Australian Journal of Scientific Research, Series A',
    volume: '2',
    number: '2',
    pages: '149--168',
    year: '1949',
  },
  zadrozny2003cost: {
    kind: 'inproceedings',
    author: 'Bianca Zadrozny and John Langford and Naoki Abe',
    title: 'Cost-Sensitive Learning by Cost-Proportionate Example Weighting',
    booktitle: 'Proceedings of the Third IEEE International Conference on Data Mining',
    pages: '435--442',
    year: '2003',
  },
} satisfies Readonly<Record<string, Work>>;
