import type { Streams, Topic } from '@millrace/streams';
import type { Item } from '../member/items.ts';
import type { MemberProcess } from '../support/member-process.ts';

/** What commands know: which members there should be and how many items each key got. */
export interface GroupModel {
  readonly awake: Set<number>;
  readonly paused: Set<number>;
  readonly published: Item[];
  readonly nextSequence: Map<string, number>;
}

/** The group itself: real processes on a real backend. Members are numbered in the order they joined. */
export interface RealGroup {
  readonly streams: Streams;
  readonly items: Topic<Item>;
  readonly members: MemberProcess[];
  readonly start: () => MemberProcess;
  readonly pause: (member: MemberProcess) => Promise<void>;
}

export function emptyModel(): GroupModel {
  return { awake: new Set(), paused: new Set(), published: [], nextSequence: new Map() };
}

/** The next item of a key. */
export function nextItem(model: GroupModel, key: string): Item {
  const sequence = model.nextSequence.get(key) ?? 0;
  model.nextSequence.set(key, sequence + 1);
  const item = { id: `${key}-${sequence}`, key, sequence };
  model.published.push(item);
  return item;
}

/** The `choice`-th of the numbers, counted round; undefined when there are none. */
export function pick(numbers: ReadonlySet<number>, choice: number): number | undefined {
  return [...numbers][choice % Math.max(1, numbers.size)];
}
