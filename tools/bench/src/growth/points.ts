/** What one measurement is made with; everything else is the same for all of them. */
export interface Point {
  /** Of each of the three topics. */
  readonly partitions: number;
  /** Groups that one process is a member of; each gets every message. */
  readonly groups: number;
  /** Messages that wait when the member joins. */
  readonly messages: number;
  readonly keys: number;
  /** Of each value. */
  readonly bytes: number;
  /** Each message changes its key's number, exactly once; at least once and no state without. */
  readonly state: boolean;
}

/** A dimension of the load: its name, what it counts, and its points from small to large. */
export interface Line {
  readonly name: LineName;
  readonly counts: string;
  readonly points: readonly { readonly at: number; readonly point: Point }[];
}

export const lineNames = ['partitions', 'groups', 'backlog', 'state', 'values'] as const;
export type LineName = (typeof lineNames)[number];

const usual: Point = { partitions: 6, groups: 1, messages: 20_000, keys: 1_000, bytes: 200, state: false };
/** Bytes that a line of values publishes at most. */
const mostBytes = 200e6;

export const lines: Readonly<Record<LineName, Line>> = {
  partitions: line('partitions', 'partitions of each of 3 topics', [6, 60, 300, 1_000], (partitions) => ({
    partitions,
  })),
  groups: line('groups', 'groups that a process is in', [1, 10, 100, 1_000], (groups) => ({
    groups,
    // As much is handled at each point.
    messages: Math.max(20, usual.messages / groups),
  })),
  backlog: line('backlog', 'messages that wait', [1e4, 1e5, 1e6, 1e7], (messages) => ({ messages })),
  state: line('state', 'keys that have state', [1e3, 1e4, 1e5, 1e6], (keys) => ({
    keys,
    messages: Math.max(usual.messages, keys),
    state: true,
  })),
  values: line('values', 'bytes of a value', [100, 1e3, 1e4, 1e5, 1e6], (bytes) => ({
    bytes,
    messages: Math.min(usual.messages, mostBytes / bytes),
  })),
};

function line(
  name: LineName,
  counts: string,
  sizes: readonly number[],
  differing: (size: number) => Partial<Point>,
): Line {
  return { name, counts, points: sizes.map((at) => ({ at, point: { ...usual, ...differing(at) } })) };
}
