const recordCount = 220;

/** A batch of user records, about one in ten with a mistake, drawn from the request's seed. */
export function makePayload(random: () => number): { contentType: string; body: Uint8Array } {
  const records = Array.from({ length: recordCount }, (_, index) => drawRecord(index, random));
  return { contentType: 'application/json', body: Buffer.from(JSON.stringify({ records })) };
}

function drawRecord(index: number, random: () => number): object {
  const record = {
    id: `u${index}-${Math.floor(random() * 1e9)}`,
    email: `user${Math.floor(random() * 1e6)}@example.org`,
    age: Math.floor(random() * 120),
    tags: ['new', 'checked', `group-${Math.floor(random() * 9)}`],
    address: {
      street: `Street ${1 + Math.floor(random() * 999)}`,
      zip: String(10_000 + Math.floor(random() * 89_999)),
    },
    isActive: random() > 0.5,
  };
  const mistake = mistakes[Math.floor(random() * mistakes.length * 10)];
  return mistake === undefined ? record : { ...record, ...mistake };
}

const mistakes: readonly object[] = [
  { email: 'nobody.example.org' },
  { age: 184 },
  { tags: [] },
  { address: { street: '', zip: '1234' } },
  { isActive: 'yes' },
];
