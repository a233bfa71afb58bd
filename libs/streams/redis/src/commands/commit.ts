import type { Commit } from '@millrace/streams/driver';
import type { Argument } from '../entries/entry.ts';
import { RecordRuns } from '../entries/record-runs.ts';
import { dedupeKeys, outboxCountersKey, outboxKey, stateKey } from '../keys.ts';
import { Keys } from './keys.ts';
import type { LeaseHolder } from './lease.ts';
import { type Connection, loadScript, runScript } from './script.ts';

const script = loadScript('commit');
/** For commits without outputs: they acknowledge, so that retention can free memory. */
const freeingScript = loadScript('commit', 'also-when-full');

export interface CommitRequest {
  readonly holder: LeaseHolder;
  readonly partition: number;
  readonly number: number;
  /** The numbers of the last commit and the last fetch that the server confirmed. */
  readonly confirmed: { readonly commit: number; readonly fetch: number };
  readonly dedupeWindow: number;
  readonly commit: Commit;
  /** The stream of a topic's partition. */
  readonly streamOf: (topic: string, partition: number) => string;
  /** True for partitions that lie in another slot of a Cluster. */
  readonly elsewhere: (partition: number) => boolean;
}

/** FENCED when the lease is somebody else's; ROLLEDBACK when the server lost what it confirmed; a commit stored before is skipped. */
export async function storeCommit(connection: Connection, encoded: EncodedCommit): Promise<void> {
  await runScript(connection, encoded.outputs ? script : freeingScript, encoded.keys, encoded.args);
}

export interface EncodedCommit {
  /** Whether it stores records: a server that is full refuses those. */
  readonly outputs: boolean;
  readonly keys: readonly string[];
  readonly args: readonly Argument[];
}

export function encodeCommit(request: CommitRequest): EncodedCommit {
  const { holder, partition, commit } = request;
  const { group, member, lease, token } = holder;
  const keys = new Keys([
    lease,
    ...dedupeKeys(group, partition),
    outboxKey(group, partition),
    outboxCountersKey(group, partition),
  ]);
  const args: Argument[] = [String(commit.dedupeIds.length)];
  for (const id of commit.dedupeIds) args.push(id);
  pushOutputs(args, keys, request);
  pushState(args, keys, request);
  pushAcknowledged(args, keys, request);
  if (commit.failed) {
    const { record, attempts } = commit.failed;
    args.push(
      '1',
      keys.index(request.streamOf(record.topic, record.partition), 'acknowledged'),
      record.offset,
      String(attempts),
    );
  } else args.push('0');
  const { confirmed } = request;
  const head = [
    token,
    request.number,
    group,
    member,
    request.dedupeWindow,
    confirmed.commit,
    confirmed.fetch,
  ].map(String);
  const all = [...head, keys.uses, ...args];
  return { outputs: commit.outputs.length > 0, keys: keys.names, args: all };
}

function pushOutputs(args: Argument[], keys: Keys, { commit, streamOf, elsewhere }: CommitRequest): void {
  const runs = new RecordRuns((topic, partition) =>
    elsewhere(partition)
      ? [keys.outbox(), topic, String(partition)]
      : [keys.index(streamOf(topic, partition), 'output')],
  );
  for (const record of commit.outputs) runs.add(record);
  runs.pushTo(args);
}

function pushState(args: Argument[], keys: Keys, { holder, partition, commit }: CommitRequest): void {
  const stores = new Map<string, { readonly set: string[]; readonly deleted: string[] }>();
  for (const { store, key, value } of commit.state) {
    let writes = stores.get(store);
    if (!writes) {
      writes = { set: [], deleted: [] };
      stores.set(store, writes);
    }
    if (value === null) writes.deleted.push(key);
    else writes.set.push(key, value);
  }
  args.push(String(stores.size));
  for (const [store, { set, deleted }] of stores) {
    args.push(keys.index(stateKey(holder.group, partition, store), 'state'), String(set.length));
    for (const text of set) args.push(text);
    args.push(String(deleted.length));
    for (const text of deleted) args.push(text);
  }
}

function pushAcknowledged(
  args: Argument[],
  keys: Keys,
  { commit, partition, streamOf }: CommitRequest,
): void {
  const topics = new Map<string, string[]>();
  for (const { topic, offset } of commit.acknowledged) {
    const ids = topics.get(topic);
    if (ids) ids.push(offset);
    else topics.set(topic, [offset]);
  }
  args.push(String(topics.size));
  for (const [topic, ids] of topics) {
    args.push(keys.index(streamOf(topic, partition), 'acknowledged'), topic, String(ids.length));
    for (const id of ids) args.push(id);
  }
}
