/** Quantities as a plan spells them, for messages: `22s`, `4.5s`, `1h`. */
export function durationText(ms: number): string {
  const units = [
    { name: 'd', ms: 86_400_000 },
    { name: 'h', ms: 3_600_000 },
    { name: 'm', ms: 60_000 },
    { name: 's', ms: 1000 },
  ];
  const whole = units.find((unit) => ms >= unit.ms && ms % unit.ms === 0);
  if (whole !== undefined) return `${ms / whole.ms}${whole.name}`;
  return ms >= 1000 ? `${trimmed(ms / 1000)}s` : `${trimmed(ms)}ms`;
}

export function percentText(fraction: number): string {
  return `${trimmed(fraction * 100)}%`;
}

/** At most two decimals, and none that are zero. */
export function trimmed(value: number): string {
  return String(Number(value.toFixed(2)));
}
