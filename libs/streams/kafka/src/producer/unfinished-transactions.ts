import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../client/cluster.ts';
import type { Connections } from '../client/connections.ts';
import { check } from '../client/kafka-error.ts';
import { patiently } from '../client/patience.ts';
import type { Place } from '../offsets.ts';
import {
  describeTransactionRequest,
  listTransactionsRequest,
  type OpenTransaction,
  openTransactionsRequest,
  type TransactionState,
  writeMarkerRequest,
} from '../wire/transaction-admin.ts';

const patienceMs = 5_000;
const pollMs = 20;

/**
 * A broker that is killed between the end of a transaction and its markers may never write them, although its
 * coordinator takes the transaction for complete (seen with Kafka 4.4.0, a node that is broker and controller): readers
 * of what is committed stand still before it for ever. Kafka's own remedy is a tool for operators; these write the
 * markers that are missing, and only those whose outcome the coordinator knows.
 */

/** Before a producer opens its id again: afterwards nobody knows how its last transaction ended. */
export async function finishOwn(
  cluster: Cluster,
  connections: Connections,
  transactionalId: string,
): Promise<void> {
  const last = await settledState(connections, transactionalId);
  const outcome = outcomeOf(last);
  if (outcome === undefined) return;
  const { topics } = await connections.metadata(null);
  const places = topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partition, leader }) => ({ topic: name, partition, leader })),
  );
  await Promise.all(
    [...Map.groupBy(places, ({ leader }) => leader)].map(async ([leader, own]) => {
      if (cluster.endpoint(leader) === undefined) return;
      const open = await connections.at(leader, openTransactionsRequest(own));
      const mine = open.filter(({ producer }) => producer === last.producer);
      for (const each of mine) await writeMarker(connections, leader, each, outcome);
    }),
  );
}

/** For a reader that has stood still before an open transaction for long. True when one was ended. */
export async function finishIn(cluster: Cluster, connections: Connections, place: Place): Promise<boolean> {
  const leader = await connections.leader(place.topic, place.partition);
  const open = await connections.at(leader, openTransactionsRequest([place]));
  if (open.length === 0) return false;
  const producers = open.map(({ producer }) => producer);
  const lists = await Promise.all(
    cluster.nodes.map((node) => connections.at(node, listTransactionsRequest(producers))),
  );
  const states = new Map(lists.flat().map((state) => [state.producer, state]));
  let ended = false;
  for (const each of open) {
    // An abort may be that of a later transaction, so only commits are certain.
    if (states.get(each.producer)?.state !== 'CompleteCommit') continue;
    await writeMarker(connections, leader, each, true);
    ended = true;
  }
  return ended;
}

/** Waits for a transaction whose end is decided and not yet written everywhere. */
async function settledState(connections: Connections, transactionalId: string): Promise<TransactionState> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const found = await patiently({ ms: patienceMs }, () =>
      connections.atCoordinator(
        'transaction',
        transactionalId,
        describeTransactionRequest(transactionalId),
        ({ errorCode }) => (errorCode === unknownId ? 0 : errorCode),
      ),
    );
    if (!found.state.startsWith('Prepare') || performance.now() > until) return found;
    await delay(pollMs);
  }
}

const unknownId = 105;

function outcomeOf({ state }: TransactionState): boolean | undefined {
  if (state === 'CompleteCommit') return true;
  return state === 'CompleteAbort' ? false : undefined;
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
