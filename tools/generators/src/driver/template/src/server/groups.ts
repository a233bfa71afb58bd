import { type GroupDescription, StreamsError } from '@millrace/streams';
import type { Changes } from './changes.ts';
import { CompetingGroup } from './competing-group.ts';
import type { Log } from './log.ts';
import type { Partition } from './partition.ts';
import { PartitionedGroup } from './partitioned-group.ts';

/** All groups by their names. */
export class Groups {
  readonly #groups: Map<string, PartitionedGroup | CompetingGroup> = new Map();
  readonly #changes: Changes;

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  get names(): string[] {
    return [...this.#groups.keys()];
  }

  get(name: string): PartitionedGroup | CompetingGroup {
    const group = this.#groups.get(name);
    if (group !== undefined) return group;
    throw new StreamsError('UNKNOWN_GROUP', `group ${name} does not exist: nobody has joined it yet`);
  }

  partitioned(name: string): PartitionedGroup {
    const group = this.get(name);
    if (group instanceof PartitionedGroup) return group;
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `group ${name} is competing: its members take single messages`,
    );
  }

  competing(name: string): CompetingGroup {
    const group = this.get(name);
    if (group instanceof CompetingGroup) return group;
    throw new StreamsError('UNSUPPORTED', `group ${name} is partitioned: its members own whole partitions`);
  }

  /** The group of that name, made when it is new. */
  open(name: string, mode: GroupDescription['mode'], log: Log): PartitionedGroup | CompetingGroup {
    const group = this.#groups.get(name) ?? this.#make(name, mode, log);
    if (group.mode !== mode)
      throw new StreamsError(
        'INVALID_ARGUMENT',
        `group ${name} is ${group.mode}, not ${mode}: use another name`,
      );
    return group;
  }

  /** Keeps a group that has its first member. */
  keep(group: PartitionedGroup | CompetingGroup): void {
    this.#groups.set(group.name, group);
  }

  delete(name: string): void {
    this.get(name).refuseActive('deleted');
    this.#groups.delete(name);
  }

  forgetTopic(topic: string): void {
    for (const group of this.#groups.values()) group.forgetTopic(topic);
  }

  /** The first offset of the partition that some group has not acknowledged; infinity without groups. */
  oldestNeeded({ topic, number }: Partition): number {
    const needed = [...this.#groups.values()].map((group) => group.progressOf(topic, number)?.committed);
    return Math.min(...needed.map((offset) => offset ?? Number.POSITIVE_INFINITY));
  }

  #make(name: string, mode: GroupDescription['mode'], log: Log): PartitionedGroup | CompetingGroup {
    switch (mode) {
      case 'partitioned':
        return new PartitionedGroup(name, log, this.#changes);
      case 'competing':
        return new CompetingGroup(name, log, this.#changes);
      default:
        return mode satisfies never;
    }
  }
}
