/**
 * What is due next: a binary heap by time. Of two values that are due at the same time the one that
 * was added first comes first, so that nothing depends on how the heap happened to lie.
 */
export class EventQueue<Value> {
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #values: Value[] = [];
  #added = 0;

  get size(): number {
    return this.#times.length;
  }

  /** When the next value is due; infinity when there is none. */
  get nextMs(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  add(atMs: number, value: Value): void {
    const order = this.#added;
    this.#added += 1;
    let place = this.#times.length;
    this.#times.push(atMs);
    this.#orders.push(order);
    this.#values.push(value);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if ((this.#times[parent] as number) <= atMs) break;
      this.#move(parent, place);
      place = parent;
    }
    this.#put(place, atMs, order, value);
  }

  /** Takes out the next value. Only for a queue that is not empty: `nextMs` tells. */
  take(): Value {
    const first = this.#values[0];
    const atMs = this.#times.pop();
    const order = this.#orders.pop();
    const value = this.#values.pop();
    if (atMs === undefined || order === undefined) throw new Error('The queue is empty.');
    if (this.#times.length > 0) this.#sink(atMs, order, value as Value);
    return first as Value;
  }

  /** Puts a value that belongs to the end of the heap in the place of the first. */
  #sink(atMs: number, order: number, value: Value): void {
    const size = this.#times.length;
    let place = 0;
    for (let child = 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && this.#isBefore(child + 1, child)) child += 1;
      const childMs = this.#times[child] as number;
      if (childMs > atMs || (childMs === atMs && (this.#orders[child] as number) > order)) break;
      this.#move(child, place);
      place = child;
    }
    this.#put(place, atMs, order, value);
  }

  #isBefore(one: number, other: number): boolean {
    const oneMs = this.#times[one] as number;
    const otherMs = this.#times[other] as number;
    if (oneMs !== otherMs) return oneMs < otherMs;
    return (this.#orders[one] as number) < (this.#orders[other] as number);
  }

  #move(from: number, to: number): void {
    this.#put(
      to,
      this.#times[from] as number,
      this.#orders[from] as number,
      this.#values[from] as Value,
    );
  }

  #put(place: number, atMs: number, order: number, value: Value): void {
    this.#times[place] = atMs;
    this.#orders[place] = order;
    this.#values[place] = value;
  }
}
