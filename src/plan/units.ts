import { fargateMemoriesMb, fargateVcpus, isFargateSize } from '../domain/money/fargate-sizes.ts';

/** What reading a value with a unit came to: the value, or what is wrong and what would be right. */
export type Reading<Value> =
  | { readonly value: Value }
  | { readonly message: string; readonly suggestion?: string };

/** A kind of value that is written as text with a unit. */
export interface Unit<Value> {
  /** With its article, for messages: `a duration`. */
  readonly what: string;
  /** How it is written, for messages and editors. */
  readonly right: string;
  readonly pattern: RegExp;
  read(match: RegExpMatchArray): Reading<Value>;
}

const number = String.raw`(\d+(?:\.\d+)?)`;

const durationMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** In milliseconds. */
export const duration: Unit<number> = {
  what: 'a duration',
  right: 'a number with ms, s, m, h or d, for example 800ms, 22s, 45m or 1h',
  pattern: new RegExp(`^${number} ?(ms|s|m|h|d)$`),
  read: ([, amount, unit]) => ({ value: Number(amount) * (durationMs[unit ?? ''] ?? Number.NaN) }),
};

const perSecond: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** In requests per second. */
export const rate: Unit<number> = {
  what: 'a rate',
  right: 'a number per s, m or h, for example 4/s, 0.1/s or 600/h',
  pattern: new RegExp(`^${number} ?/ ?(s|m|h)$`),
  read: ([, amount, unit]) => ({ value: Number(amount) / (perSecond[unit ?? ''] ?? Number.NaN) }),
};

/** As a fraction of 1. */
export const percent: Unit<number> = {
  what: 'a percentage',
  right: 'a number with a percent sign, for example 30%',
  pattern: new RegExp(`^${number} ?%$`),
  read: ([, amount]) => ({ value: Number(amount) / 100 }),
};

/** Lambda takes 128 to 10,240 MB in steps of 1 MB. In MB, as AWS means it (1,048,576 bytes). */
export const lambdaMemory: Unit<number> = {
  what: 'a memory size',
  right: 'a whole number of MB from 128MB to 10240MB, for example 512MB',
  pattern: new RegExp(`^${number} ?(MB|GB)$`),
  read: ([, amount, unit]) => {
    const memoryMb = megabytes(amount, unit);
    if (Number.isInteger(memoryMb) && memoryMb >= 128 && memoryMb <= 10_240) {
      return { value: memoryMb };
    }
    return {
      message: `Lambda has no function with ${memoryMb} MB`,
      suggestion: 'Give it a whole number of MB from 128MB to 10240MB.',
    };
  },
};

/** Any amount of memory, in MB. */
export const memorySize: Unit<number> = {
  what: 'a memory size',
  right: 'a number of MB or GB, for example 80MB or 1769MB',
  pattern: new RegExp(`^${number} ?(MB|GB)$`),
  read: ([, amount, unit]) => ({ value: megabytes(amount, unit) }),
};

interface FargateSize {
  readonly vcpu: number;
  readonly memoryMb: number;
}

export const fargateSize: Unit<FargateSize> = {
  what: 'a Fargate task size',
  right: 'vCPU and memory, for example 0.25vCPU/0.5GB',
  pattern: new RegExp(`^${number} ?vCPU ?/ ?${number} ?(GB|MB)$`),
  read: ([, cpus, amount, unit]) => {
    const size = { vcpu: Number(cpus), memoryMb: megabytes(amount, unit) };
    if (isFargateSize(size.vcpu, size.memoryMb)) return { value: size };
    return impossibleSize(size);
  },
};

function impossibleSize({ vcpu, memoryMb }: FargateSize): Reading<FargateSize> {
  const memories = fargateMemoriesMb(vcpu);
  if (memories.length === 0) {
    return {
      message: `Fargate has no task with ${vcpu} vCPU`,
      suggestion: `It has ${fargateVcpus.join(', ')} vCPU.`,
    };
  }
  return {
    message: `Fargate has no task with ${vcpu} vCPU and ${gigabytes(memoryMb)}`,
    suggestion: `With ${vcpu} vCPU it has ${memoryList(memories)}.`,
  };
}

/** `2GB to 8GB in steps of 1GB`, or the sizes themselves where there are few. */
function memoryList(memories: readonly number[]): string {
  const [first, second] = memories;
  const last = memories.at(-1);
  if (memories.length <= 4 || first === undefined || second === undefined || last === undefined) {
    return memories.map(gigabytes).join(', ');
  }
  return `${gigabytes(first)} to ${gigabytes(last)} in steps of ${gigabytes(second - first)}`;
}

function megabytes(amount: string | undefined, unit: string | undefined): number {
  return Number(amount) * (unit === 'GB' ? 1024 : 1);
}

function gigabytes(memoryMb: number): string {
  return `${memoryMb / 1024}GB`;
}
