import { memberOf } from '../keys.ts';
import { type Connection, loadScript, runScript } from './script.ts';

const script = loadScript('describe-partition');

export interface DescribePartitionOptions {
  readonly stream: string;
  readonly lease: string;
  readonly outbox: string;
  readonly group: string;
  readonly topic: string;
}

export interface PartitionState {
  readonly owner: string | undefined;
  readonly epoch: number | undefined;
  readonly committed: string | undefined;
  /** Undefined where the server cannot say. */
  readonly undelivered: number | undefined;
  readonly pending: number;
  readonly oldestPending: string | undefined;
  readonly pendingByMember: ReadonlyMap<string, number>;
  readonly outbox: number;
}

export async function describePartition(
  connection: Connection,
  place: DescribePartitionOptions,
): Promise<PartitionState> {
  const keys = [place.stream, place.lease, place.outbox];
  const reply = (await runScript(connection, script, keys, [place.group, place.topic])) as Reply;
  const [owner, epoch, committed, , undelivered, pending, oldest, consumers, outbox] = reply;
  const pendingByMember = new Map<string, number>();
  for (let index = 0; index < consumers.length; index += 2) {
    const member = memberOf(consumers[index] ?? '');
    pendingByMember.set(member, (pendingByMember.get(member) ?? 0) + Number(consumers[index + 1]));
  }
  return {
    owner: owner || undefined,
    epoch: epoch === '' ? undefined : Number(epoch),
    committed: committed || undefined,
    undelivered: undelivered < 0 ? undefined : undelivered,
    pending,
    oldestPending: oldest || undefined,
    pendingByMember,
    outbox,
  };
}

type Reply = [string, string, string, number, number, number, string, string[], number];
