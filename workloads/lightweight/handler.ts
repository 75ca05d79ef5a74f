/** Validates a batch of user records and says how many of each mistake it found. */
export async function handle(payload: Uint8Array): Promise<{ contentType: string; body: string }> {
  const records = requireRecords(JSON.parse(Buffer.from(payload).toString('utf8')));
  const mistakes = new Map<string, number>();
  const seen = new Set<unknown>();
  let valid = 0;

  for (const record of records) {
    const found = mistakesOf(record, seen);
    if (found.length === 0) valid += 1;
    for (const field of found) mistakes.set(field, (mistakes.get(field) ?? 0) + 1);
  }
  const byField = Object.fromEntries([...mistakes].sort(([a], [b]) => (a < b ? -1 : 1)));
  const body = JSON.stringify({ records: records.length, valid, mistakes: byField });
  return { contentType: 'application/json', body };
}

function requireRecords(document: unknown): readonly unknown[] {
  const records = isObject(document) ? document['records'] : undefined;
  if (!Array.isArray(records)) throw new TypeError('The payload has no array "records".');
  return records;
}

const idPattern = /^u\d+-\d+$/;
const emailPattern = /^[a-z0-9.+_-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,}$/;
const zipPattern = /^\d{5}$/;

function mistakesOf(record: unknown, seen: Set<unknown>): string[] {
  if (!isObject(record)) return ['record'];
  const { id, email, age, tags, address, isActive } = record;
  const mistakes: string[] = [];
  if (!matches(id, idPattern) || seen.has(id)) mistakes.push('id');
  seen.add(id);
  if (!matches(email, emailPattern)) mistakes.push('email');
  if (!Number.isInteger(age) || Number(age) < 0 || Number(age) > 119) mistakes.push('age');
  if (!isTagList(tags)) mistakes.push('tags');
  if (!isAddress(address)) mistakes.push('address');
  if (typeof isActive !== 'boolean') mistakes.push('isActive');
  return mistakes;
}

function isTagList(tags: unknown): boolean {
  if (!Array.isArray(tags) || tags.length < 1 || tags.length > 5) return false;
  return tags.every((tag) => typeof tag === 'string' && tag.length > 0 && tag.length <= 20);
}

function isAddress(address: unknown): boolean {
  if (!isObject(address)) return false;
  const { street, zip } = address;
  return typeof street === 'string' && street.length > 0 && matches(zip, zipPattern);
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
