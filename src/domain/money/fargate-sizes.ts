/**
 * The task sizes that Fargate offers: memory in MiB by vCPU. Every other pair is refused by AWS.
 *
 * Source: AWS docs, "Amazon ECS task definition parameters for Fargate", table "Task size"
 * (Fargate task sizes), read in November 2026.
 */
const memoryRanges: readonly FargateRange[] = [
  { vcpu: 0.25, memoriesMb: [512, 1024, 2048] },
  { vcpu: 0.5, memoriesMb: stepped(1024, 4096, 1024) },
  { vcpu: 1, memoriesMb: stepped(2048, 8192, 1024) },
  { vcpu: 2, memoriesMb: stepped(4096, 16_384, 1024) },
  { vcpu: 4, memoriesMb: stepped(8192, 30_720, 1024) },
  { vcpu: 8, memoriesMb: stepped(16_384, 61_440, 4096) },
  { vcpu: 16, memoriesMb: stepped(32_768, 122_880, 8192) },
];

interface FargateRange {
  readonly vcpu: number;
  readonly memoriesMb: readonly number[];
}

export const fargateVcpus: readonly number[] = memoryRanges.map((range) => range.vcpu);

/** Memory sizes in MiB that go with a number of vCPUs; empty when Fargate has no such task. */
export function fargateMemoriesMb(vcpu: number): readonly number[] {
  return memoryRanges.find((range) => range.vcpu === vcpu)?.memoriesMb ?? [];
}

export function isFargateSize(vcpu: number, memoryMb: number): boolean {
  return fargateMemoriesMb(vcpu).includes(memoryMb);
}

function stepped(first: number, last: number, step: number): readonly number[] {
  return Array.from({ length: (last - first) / step + 1 }, (_, index) => first + index * step);
}
