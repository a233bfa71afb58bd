import { memberOf } from '../keys.ts';
import { type Connection, loadScript, runScript } from './script.ts';

const script = loadScript('describe-partition');

export interface DescribePartitionOptions {
  readonly stream: string;
  /** What the driver keeps about a group of its own. */
  readonly own?: { readonly lease: string; readonly outbox: string };
  readonly group: string;
  readonly topic: string;
  /** The server counts right what was read, also where unread entries were trimmed. */
  readonly countsRight: boolean;
}

export interface PartitionState {
  readonly owner: string | undefined;
  readonly epoch: number | undefined;
  readonly committed: string | undefined;
  /** Delivered and not acknowledged, or not delivered yet; undefined when nobody can say. */
  readonly lag: number | undefined;
  /** Why there is no lag. */
  readonly lagUnknown: string | undefined;
  readonly pending: number;
  readonly oldestPending: string | undefined;
  readonly pendingByMember: ReadonlyMap<string, number>;
}

export async function describePartition(
  connection: Connection,
  place: DescribePartitionOptions,
): Promise<PartitionState> {
  const { stream, own, group, topic, countsRight } = place;
  const keys = own ? [stream, own.lease, own.outbox] : [stream];
  const reply = (await runScript(connection, script, keys, [group, topic, countsRight ? '1' : '0'])) as Reply;
  const [owner, epoch, committed, , undelivered, pending, trimmed, oldest, consumers, outbox] = reply;
  const lagUnknown = unknownLag(undelivered, trimmed);
  const pendingByMember = new Map<string, number>();
  for (let index = 0; index < consumers.length; index += 2) {
    const consumer = consumers[index] ?? '';
    const member = own ? memberOf(consumer) : consumer;
    pendingByMember.set(member, (pendingByMember.get(member) ?? 0) + Number(consumers[index + 1]));
  }
  return {
    owner: owner || undefined,
    epoch: epoch === '' ? undefined : Number(epoch),
    committed: committed || undefined,
    lag: lagUnknown === undefined ? undelivered + pending - trimmed + outbox : undefined,
    lagUnknown,
    pending,
    oldestPending: oldest || undefined,
    pendingByMember,
  };
}

function unknownLag(undelivered: number, trimmed: number): string | undefined {
  if (undelivered === -2) return 'the group has no position in this partition';
  if (undelivered < 0)
    return 'the server lost count: entries were deleted inside the stream or trimmed unread, or the position was set by hand; it is known again with fewer than 1,000 entries to go';
  if (trimmed < 0) return 'more than 10,000 pending entries were trimmed away';
  return undefined;
}

type Reply = [string, string, string, number, number, number, number, string, string[], number];
