import { randomInt } from 'node:crypto';

const smallest = 1024;

/**
 * On which pages ids may stand, in eight bytes a slot and none of the ids themselves: 32 bits of an id's hash and the
 * number of its page. Two ids may share a hash, so an answer has to be confirmed; that an id stands nowhere is certain.
 */
export class Fingerprints {
  /** By chance, so that nobody can make ids that share a hash. */
  readonly #seed: number = randomInt(2 ** 32);
  /** 0 where a slot is free. */
  #hashes: Uint32Array = new Uint32Array(smallest);
  #pages: Uint32Array = new Uint32Array(smallest);
  #used = 0;
  #oldest = 0;

  /** Bytes that it takes. */
  get size(): number {
    return this.#hashes.byteLength + this.#pages.byteLength;
  }

  add(id: string, page: number): void {
    if (this.#used * 4 >= this.#hashes.length * 3) this.#rebuild();
    this.#place(this.#hash(id), page);
  }

  /** The pages that the id may stand on. */
  pagesOf(id: string): readonly number[] {
    const hash = this.#hash(id);
    const found: number[] = [];
    const last = this.#hashes.length - 1;
    for (let slot = hash & last; this.#hashes[slot] !== 0; slot = (slot + 1) & last) {
      const page = this.#pages[slot] ?? 0;
      if (this.#hashes[slot] === hash && page >= this.#oldest) found.push(page);
    }
    return found;
  }

  /** Forgets every page before this one. */
  forgetBefore(page: number): void {
    this.#oldest = page;
  }

  /** Without what is forgotten, and at most half full. */
  #rebuild(): void {
    const [hashes, pages, oldest] = [this.#hashes, this.#pages, this.#oldest];
    const kept = pages.reduce(
      (count, page, slot) => count + (hashes[slot] !== 0 && page >= oldest ? 1 : 0),
      0,
    );
    const slots = Math.max(smallest, 2 ** Math.ceil(Math.log2(2 * kept)));
    this.#hashes = new Uint32Array(slots);
    this.#pages = new Uint32Array(slots);
    this.#used = 0;
    for (const [slot, hash] of hashes.entries()) {
      const page = pages[slot] ?? 0;
      if (hash !== 0 && page >= oldest) this.#place(hash, page);
    }
  }

  #place(hash: number, page: number): void {
    const last = this.#hashes.length - 1;
    let slot = hash & last;
    while (this.#hashes[slot] !== 0) slot = (slot + 1) & last;
    this.#hashes[slot] = hash;
    this.#pages[slot] = page;
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
