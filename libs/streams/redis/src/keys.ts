/**
 * Names of everything the driver keeps. The hash tag `{P<i>}` puts partition i of every topic, and what groups keep
 * about it, in one slot of a Cluster, so that one script can change all of it.
 */
export function streamKey(topic: string, partition: number): string {
  return `${topic}:{P${partition}}`;
}

/** Ownership of a partition number: epoch, token, owner, deadline, last commit, acknowledged positions. */
export function leaseKey(group: string, partition: number): string {
  return `millrace:{P${partition}}:${group}:lease`;
}

export function stateKey(group: string, partition: number, store: string): string {
  return `millrace:{P${partition}}:${group}:state:${store}`;
}

/** The two sets of dedupe ids that take turns. */
export function dedupeKeys(group: string, partition: number): readonly [string, string] {
  return [`millrace:{P${partition}}:${group}:seen:0`, `millrace:{P${partition}}:${group}:seen:1`];
}

/** Outputs on their way to other slots; used in a Cluster only. */
export function outboxKey(group: string, partition: number): string {
  return `millrace:{P${partition}}:${group}:outbox`;
}

/** The last number given to an output, by destination partition. */
export function outboxCountersKey(group: string, partition: number): string {
  return `millrace:{P${partition}}:${group}:outbox-counters`;
}

/** The last number taken over, by source partition. */
export function inboxKey(group: string, partition: number): string {
  return `millrace:{P${partition}}:${group}:inbox`;
}

/** The highest sequence of each producer that appends once. */
export function producersKey(topic: string, partition: number): string {
  return `millrace:{P${partition}}:producers:${topic}`;
}

export interface GroupKeys {
  /** Sorted set: member by the time until which it counts as alive. */
  readonly members: string;
  /** Hash: what each member can own, and when it joined. */
  readonly details: string;
  /** Hash: member by partition number, and a version. */
  readonly assignment: string;
  /** The channel on which changes are announced. */
  readonly channel: string;
}

export function groupKeys(group: string): GroupKeys {
  const base = `millrace:{${group}}`;
  return {
    members: `${base}:members`,
    details: `${base}:details`,
    assignment: `${base}:assignment`,
    channel: `${base}:changes`,
  };
}

/** What every key begins with that is no stream of a topic. */
export const ownPrefix = 'millrace:';

/** Hash: every topic's partitions and retention, as JSON. */
export const topicsKey = 'millrace:topics';

/** Hash: every group's mode, topics and stores, as JSON. */
export const groupsKey = 'millrace:groups';

/** The consumer of a member's lease. */
export function consumerName(member: string, epoch: number): string {
  return `${member}/${epoch}`;
}

/** The member behind a consumer of a partitioned or competing group. */
export function memberOf(consumer: string): string {
  const end = consumer.lastIndexOf('/');
  return end < 0 ? consumer : consumer.slice(0, end);
}
