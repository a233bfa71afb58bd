import { randomInt } from 'node:crypto';

const smallest = 1024;

/**
 * In which entries ids may be, in eight bytes a slot and none of the ids themselves: 32 bits of an id's hash and the
 * number of its entry. Two ids may share a hash, so a hit has to be confirmed; a miss is certain.
 */
export class HashIndex {
  /** By chance, so that nobody can make ids that share a hash. */
  readonly #seed: number = randomInt(2 ** 32);
  /** 0 where a slot is free. */
  #hashes: Uint32Array = new Uint32Array(smallest);
  #entries: Uint32Array = new Uint32Array(smallest);
  #used = 0;
  #oldest = 0;

  /** Bytes that it takes. */
  get size(): number {
    return this.#hashes.byteLength + this.#entries.byteLength;
  }

  add(id: string, entry: number): void {
    if (this.#used * 4 >= this.#hashes.length * 3) this.#rebuild();
    this.#insert(this.#hash(id), entry);
  }

  /** The entries that the id may be in. */
  entriesOf(id: string): readonly number[] {
    const hash = this.#hash(id);
    const found: number[] = [];
    const last = this.#hashes.length - 1;
    for (let slot = hash & last; this.#hashes[slot] !== 0; slot = (slot + 1) & last) {
      const entry = this.#entries[slot] ?? 0;
      if (this.#hashes[slot] === hash && entry >= this.#oldest) found.push(entry);
    }
    return found;
  }

  /** Forgets every entry before this one. */
  forgetBefore(entry: number): void {
    this.#oldest = entry;
  }

  /** Without what is forgotten, and at most half full. */
  #rebuild(): void {
    const [hashes, entries, oldest] = [this.#hashes, this.#entries, this.#oldest];
    const kept = entries.reduce(
      (count, entry, slot) => count + (hashes[slot] !== 0 && entry >= oldest ? 1 : 0),
      0,
    );
    const slots = Math.max(smallest, 2 ** Math.ceil(Math.log2(2 * kept)));
    this.#hashes = new Uint32Array(slots);
    this.#entries = new Uint32Array(slots);
    this.#used = 0;
    for (const [slot, hash] of hashes.entries()) {
      const entry = entries[slot] ?? 0;
      if (hash !== 0 && entry >= oldest) this.#insert(hash, entry);
    }
  }

  #insert(hash: number, entry: number): void {
    const last = this.#hashes.length - 1;
    let slot = hash & last;
    while (this.#hashes[slot] !== 0) slot = (slot + 1) & last;
    this.#hashes[slot] = hash;
    this.#entries[slot] = entry;
    this.#used += 1;
  }

  /** FNV-1a over UTF-16 units, and the last mixing of murmur3, which spreads it over the low bits; never 0. */
  #hash(id: string): number {
    let hash = this.#seed;
    for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0 || 1;
  }
}
