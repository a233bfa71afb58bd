/** JSON text, null where the key is known to be absent. */
export type Entry = string | null;

export interface Known {
  readonly key: string;
  readonly value: Entry;
}

/** Of each generation. */
const maxEntries = 2_500;
const maxCharacters = 250_000;
/** How many to load at once as long as nobody knows how large the values are. */
const firstLoad = 64;
/** How much a value that is larger or smaller than usual says of the next. */
const [larger, smaller] = [1 / 4, 1 / 16];

/**
 * What is known of one store. What is staged stays; the rest lives in two generations, so that memory is bounded:
 * whatever is used is in the young one; when that is full it becomes the old one, and what nobody used meanwhile goes.
 * What is only written and never asked for, such as the entries of a queue, is not kept once it is stored.
 */
export class StoreCache {
  readonly #staged = new Map<string, Entry>();
  #young = new Map<string, Entry>();
  #old = new Map<string, Entry>();
  #youngCharacters = 0;
  /** Loads under way: what is committed meanwhile may be newer than what they bring. */
  #loads = 0;
  /** Of a value, as those that came last were. */
  #typicalCharacters = maxCharacters / firstLoad;

  /** How many more keys can be loaded at once so that what they bring is not dropped unused. */
  get maxLoad(): number {
    return Math.max(
      1,
      Math.min(maxEntries, Math.floor(maxCharacters / Math.max(1, this.#typicalCharacters))),
    );
  }

  peek(key: string): Entry | undefined {
    const staged = this.#staged.get(key);
    if (staged !== undefined) {
      if (!this.#young.has(key)) this.#keep(key, staged);
      return staged;
    }
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.#keep(key, old);
    return old;
  }

  /** Until {@link endLoad} everything that is committed is kept. */
  beginLoad(): void {
    this.#loads += 1;
  }

  endLoad(): void {
    this.#loads -= 1;
  }

  /** What is known by now is newer than what a load that began earlier has brought. */
  remember(loaded: readonly Known[]): void {
    for (const { key, value } of loaded) if (this.peek(key) === undefined) this.#keep(key, value);
  }

  stage(key: string, value: Entry): void {
    this.#staged.set(key, value);
  }

  /** The value is stored; unless another has been staged since, it needs no keeping. */
  committed(key: string, value: Entry): void {
    if (this.#staged.get(key) === value) this.#staged.delete(key);
    if (this.#loads > 0 || this.#young.has(key) || this.#old.has(key)) this.#keep(key, value);
  }

  /** Forgets what has not been used for long, if there is too much. */
  #age(): void {
    if (this.#young.size < maxEntries && this.#youngCharacters < maxCharacters) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngCharacters = 0;
  }

  #keep(key: string, value: Entry): void {
    const before = this.#young.get(key);
    this.#young.set(key, value);
    this.#youngCharacters +=
      before === undefined ? sizeOf(value) + key.length : sizeOf(value) - sizeOf(before);
    const difference = sizeOf(value) - this.#typicalCharacters;
    this.#typicalCharacters += difference * (difference > 0 ? larger : smaller);
    this.#age();
  }
}

function sizeOf(value: Entry): number {
  return value?.length ?? 0;
}
