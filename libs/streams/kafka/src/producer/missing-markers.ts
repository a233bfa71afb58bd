import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../client/cluster.ts';
import type { Connections } from '../client/connections.ts';
import { check } from '../client/kafka-error.ts';
import { retry } from '../client/retry.ts';
import { fetchCommitted } from '../group/committed-offsets.ts';
import { parseOffsetMetadata } from '../group/offset-metadata.ts';
import type { TopicPartition } from '../offsets.ts';
import {
  describeTransactionRequest,
  listTransactionsRequest,
  type OpenTransaction,
  openTransactionsRequest,
  type TransactionState,
  writeMarkerRequest,
} from '../wire/transaction-admin.ts';
import { isAtomicAppender, onceSuffix } from './transactional-ids.ts';

const retryWithinMs = 5_000;
const pollMs = 20;

/**
 * A broker that is killed between the end of a transaction and its markers may never write them, although its
 * coordinator takes the transaction for complete (seen with Kafka 4.4.0, a node that is broker and controller): readers
 * of what is committed stand still before it for ever. Kafka's own remedy is a tool for operators; these write the
 * markers that are missing, and only those whose outcome the coordinator knows.
 */

/** Before a producer opens its id again: afterwards nobody knows how its last transaction ended. */
export async function writeOwnMissingMarkers(
  cluster: Cluster,
  connections: Connections,
  transactionalId: string,
): Promise<void> {
  const { producer, state } = await stateOf(connections, transactionalId);
  if (!/^(Prepare|Complete)/.test(state)) return;
  const { topics } = await connections.metadata(null);
  const places = topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partition, leader }) => ({ topic: name, partition, leader })),
  );
  const led = [...Map.groupBy(places, ({ leader }) => leader)].filter(([leader]) => cluster.endpoint(leader));
  await Promise.all(
    led.map(([leader, own]) =>
      writeMissingMarkers(connections, leader, {
        open: async () =>
          (await connections.at(leader, openTransactionsRequest(own))).filter(
            (each) => each.producer === producer,
          ),
        outcomeOf: async () => {
          const last = await settledState(connections, transactionalId);
          return (each) => outcomeOf(each, last);
        },
      }),
    ),
  );
}

/** For a reader that has stood still before an open transaction for long. True when one was ended. */
export async function writeMissingMarkersIn(
  cluster: Cluster,
  connections: Connections,
  place: TopicPartition,
): Promise<boolean> {
  const leader = await connections.leader(place.topic, place.partition);
  return await writeMissingMarkers(connections, leader, {
    open: () => connections.at(leader, openTransactionsRequest([place])),
    outcomeOf: async (open) => {
      const producers = open.map(({ producer }) => producer);
      const lists = await Promise.all(
        cluster.nodes.map((node) => connections.at(node, listTransactionsRequest(producers))),
      );
      const own: TransactionState[] = [];
      for (const id of lists.flat())
        if (await isOurs(connections, id)) own.push(await stateOf(connections, id));
      // An abort may be that of a later transaction, so only commits are certain.
      return (each) => own.some((last) => outcomeOf(each, last) === true) || undefined;
    },
  });
}

interface Question {
  /** Transactions that partitions of the leader hold as open. */
  readonly open: () => Promise<readonly OpenTransaction[]>;
  /** Whether each was committed; undefined where nobody can tell. */
  readonly outcomeOf: (
    open: readonly OpenTransaction[],
  ) => Promise<(each: OpenTransaction) => boolean | undefined>;
}

/**
 * A transaction whose markers are missing is open before its coordinator is asked, is complete then, and is open still. One
 * that is merely under way, of whoever else uses the same id, is not: its markers come before it is complete, and the one
 * after it begins at another offset.
 */
async function writeMissingMarkers(
  connections: Connections,
  leader: number,
  { open, outcomeOf: ask }: Question,
): Promise<boolean> {
  const before = await open();
  if (before.length === 0) return false;
  const decided = await ask(before);
  const after = await open();
  let ended = false;
  for (const each of after) {
    const outcome = decided(each);
    if (outcome === undefined || !before.some((earlier) => isSame(earlier, each))) continue;
    await writeMarker(connections, leader, each, outcome);
    ended = true;
  }
  return ended;
}

function isSame(one: OpenTransaction, other: OpenTransaction): boolean {
  return (
    one.producer === other.producer &&
    one.epoch === other.epoch &&
    one.topic === other.topic &&
    one.partition === other.partition &&
    one.start === other.start
  );
}

/** Waits for a transaction whose end is decided and not yet written everywhere. */
async function settledState(connections: Connections, transactionalId: string): Promise<TransactionState> {
  const until = performance.now() + retryWithinMs;
  for (;;) {
    const found = await stateOf(connections, transactionalId);
    if (!found.state.startsWith('Prepare') || performance.now() > until) return found;
    await delay(pollMs);
  }
}

function stateOf(connections: Connections, transactionalId: string): Promise<TransactionState> {
  return retry({ ms: retryWithinMs }, () =>
    connections.atCoordinator(
      'transaction',
      transactionalId,
      describeTransactionRequest(transactionalId),
      ({ errorCode }) => (errorCode === unknownId ? 0 : errorCode),
    ),
  );
}

const unknownId = 105;

/**
 * The coordinator knows how a producer's last transaction ended, and what is open may be an earlier one. A producer of this
 * library gets another epoch after each transaction that was not committed: an epoch whose last transaction was committed
 * has no aborted one. Whoever fences a producer has its transaction aborted by the next epoch.
 */
function outcomeOf(open: OpenTransaction, last: TransactionState): boolean | undefined {
  const later = last.epoch - open.epoch;
  if (last.producer !== open.producer || later < 0) return undefined;
  if (last.state === 'CompleteCommit' && later === 0) return true;
  return last.state === 'CompleteAbort' && later <= 1 ? false : undefined;
}

/** Producers of other programs may go on in the epoch of a transaction that they aborted. Ours commit into a group. */
async function isOurs(connections: Connections, transactionalId: string): Promise<boolean> {
  if (isAtomicAppender(transactionalId)) return true;
  const once = transactionalId.endsWith(onceSuffix);
  const group = once ? transactionalId : transactionalId.replace(/-\d+$/, '');
  const committed = [...(await fetchCommitted(connections, group, null, false)).values()];
  return committed.some(
    ({ metadata, offset }) => once || parseOffsetMetadata(metadata, offset).topic !== undefined,
  );
}

async function writeMarker(
  connections: Connections,
  leader: number,
  open: OpenTransaction,
  commit: boolean,
): Promise<void> {
  const code = await connections.at(leader, writeMarkerRequest(open, commit));
  check(code, `the end of a transaction was not written to ${open.topic}:${open.partition}`);
}
