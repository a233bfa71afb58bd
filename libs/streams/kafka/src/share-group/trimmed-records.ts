import type { Context } from '../context.ts';
import { listOffsets, partitionName, startOfLog, type TopicPartition } from '../offsets.ts';
import type { OffsetRange } from '../wire/share-groups.ts';
import { shareGroupOffsets } from './initial-offsets.ts';

export interface TopicOffset extends TopicPartition {
  readonly offset: number;
}

/** Beyond these the oldest are forgotten, and a loss is told too large rather than too small. */
const mostRanges = 10_000;

/**
 * Tells which records a share group lost to trimming: the broker moves the group's start past them and says nothing. What
 * lay between the group's start at one look and the log's at the next, and was neither acknowledged by this member nor is in
 * its hands, counts as lost. Another member may have acknowledged some of it in between, so a number is the most it can be.
 */
export class TrimmedRecords {
  readonly #context: Context;
  readonly #group: string;
  /** Everything before it is done with or was told as lost; by partition name. */
  readonly #doneBefore = new Map<string, number>();
  readonly #acknowledged = new Map<string, OffsetRange[]>();

  constructor(context: Context, group: string) {
    this.#context = context;
    this.#group = group;
  }

  /** In the order of their offsets, as a rule: then they take little space. */
  acknowledged(records: readonly TopicOffset[]): void {
    for (const record of records) {
      const name = partitionName(record);
      const ranges = this.#acknowledged.get(name) ?? [];
      const last = ranges.at(-1);
      if (last && last.last + 1 === record.offset)
        ranges[ranges.length - 1] = { ...last, last: record.offset };
      else ranges.push({ first: record.offset, last: record.offset });
      if (ranges.length > mostRanges) ranges.shift();
      this.#acknowledged.set(name, ranges);
    }
  }

  /** Compares where the group and the logs begin. `inHand`: what this member will still acknowledge. */
  async look(places: readonly TopicPartition[], inHand: () => readonly TopicOffset[]): Promise<void> {
    if (places.length === 0) return;
    const starts = new Map(
      (await shareGroupOffsets(this.#context, this.#group)).map((each) => [partitionName(each), each.start]),
    );
    const begins = await this.#begins(places);
    const held = Map.groupBy(inHand(), partitionName);
    for (const place of places) {
      const name = partitionName(place);
      const start = starts.get(name) ?? -1;
      const begin = begins.get(name) ?? 0;
      const from = this.#doneBefore.get(name) ?? (start < 0 ? begin : start);
      const own = this.#acknowledged.get(name) ?? [];
      const taken = (held.get(name) ?? []).map(({ offset }) => ({ first: offset, last: offset }));
      this.#tell(place, without({ first: from, last: begin - 1 }, [...own, ...taken]));
      const done = Math.max(start, begin);
      this.#doneBefore.set(name, done);
      const left = own.filter(({ last }) => last >= done);
      if (left.length > 0) this.#acknowledged.set(name, left);
      else this.#acknowledged.delete(name);
    }
  }

  /** They are not this member's any more: what is not stored any more no other member will have. */
  async givenUp(records: readonly TopicOffset[]): Promise<void> {
    const byPlace = Map.groupBy(records, partitionName);
    const places = [...byPlace.values()].flatMap(([first]) => first ?? []);
    const begins = await this.#begins(places);
    for (const place of places) {
      const name = partitionName(place);
      const lost = (byPlace.get(name) ?? []).filter(({ offset }) => offset < (begins.get(name) ?? 0));
      const ranges = lost.map(({ offset }) => ({ first: offset, last: offset }));
      this.#tell(place, ranges);
    }
  }

  async #begins(places: readonly TopicPartition[]): Promise<Map<string, number>> {
    const questions = places.map(({ topic, partition }) => ({ topic, partition, timestamp: startOfLog }));
    return await listOffsets(this.#context.connections, questions);
  }

  #tell({ topic, partition }: TopicPartition, lost: readonly OffsetRange[]): void {
    const [first] = lost;
    const through = lost.at(-1)?.last;
    if (!first || through === undefined) return;
    const from = first.first;
    const count = lost.reduce((sum, range) => sum + range.last - range.first + 1, 0);
    this.#context.notify({
      kind: 'records-lost',
      message: `the group ${this.#group} lost up to ${count} offsets of ${topic}:${partition}, ${from} to ${through}: they were trimmed away before it acknowledged them`,
      details: { group: this.#group, topic, partition, from, through, count },
    });
  }
}

function without({ first, last }: OffsetRange, taken: readonly OffsetRange[]): OffsetRange[] {
  const left: OffsetRange[] = [];
  let next = first;
  for (const range of taken.toSorted((a, b) => a.first - b.first)) {
    if (range.first > last) break;
    if (range.first > next) left.push({ first: next, last: range.first - 1 });
    next = Math.max(next, range.last + 1);
  }
  if (next <= last) left.push({ first: next, last });
  return left;
}
