import { randomInt } from 'node:crypto';
import { type Bytes, partitionOf } from '@millrace/streams';
import type { Parameters } from '../../command-line/parameters.ts';
import { UsageError } from '../../usage-error.ts';

/** Gives each record its partition: as told, by its key, or in turn. */
export class Placement {
  readonly #count: number;
  readonly #fixed: number | undefined;
  readonly #partitioner: 'murmur3' | 'murmur2';
  #turn: number;

  constructor(count: number, parameters: Parameters) {
    this.#count = count;
    this.#fixed = parameters.integer('partition', 0);
    this.#partitioner = parameters.choice('partitioner', ['murmur3', 'murmur2']) ?? 'murmur3';
    // Single records, each by a call of its own, shall not all go to the first partition.
    this.#turn = randomInt(count);
    if (this.#fixed !== undefined) this.#check(this.#fixed);
  }

  of(key: Bytes | null, told: number | undefined): number {
    if (this.#fixed !== undefined) return this.#fixed;
    if (told !== undefined) return this.#check(told);
    if (key !== null) return partitionOf(key, this.#count, this.#partitioner);
    this.#turn = (this.#turn + 1) % this.#count;
    return this.#turn;
  }

  #check(partition: number): number {
    if (partition < this.#count) return partition;
    throw new UsageError(`the topic has partitions 0 to ${this.#count - 1}, not ${partition}`);
  }
}
