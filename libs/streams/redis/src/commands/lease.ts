import { type Connection, loadScript, runScript } from '../scripts.ts';

const acquireScript = loadScript('acquire', 'also-when-full');
const renewScript = loadScript('renew', 'also-when-full');
const releaseScript = loadScript('release', 'also-when-full');
const checkScript = loadScript('check-fetch', 'also-when-full');
const positionScript = loadScript('position', 'also-when-full');
const takeOverScript = loadScript('take-over', 'also-when-full');

/** Who acts on which lease. */
export interface Holder {
  readonly lease: string;
  readonly token: string;
  readonly group: string;
  /** The consumer to whom entries are delivered. */
  readonly member: string;
}

export type Acquisition =
  | { readonly taken: true; readonly epoch: number; readonly clean: boolean }
  | { readonly taken: false; readonly remainingMs: number; readonly owner: string };

export async function acquire(
  connection: Connection,
  { lease, token }: Pick<Holder, 'lease' | 'token'>,
  {
    owner,
    leaseMs,
    knownEpoch,
  }: { readonly owner: string; readonly leaseMs: number; readonly knownEpoch: number },
): Promise<Acquisition> {
  const args = [owner, token, String(leaseMs), String(knownEpoch)];
  const reply = (await runScript(connection, acquireScript, [lease], args)) as [
    number,
    number,
    number | string,
  ];
  const [taken, number, last] = reply;
  return taken === 1
    ? { taken: true, epoch: number, clean: last === 1 }
    : { taken: false, remainingMs: number, owner: String(last) };
}

/** False when the lease is somebody else's. */
export async function renew(
  connection: Connection,
  { lease, token }: Holder,
  leaseMs: number,
): Promise<boolean> {
  return (await runScript(connection, renewScript, [lease], [token, String(leaseMs)])) === 1;
}

/** Pending entries of one stream that were tried equally often. */
export interface TriedRun {
  readonly stream: string;
  readonly tries: number;
  readonly ids: readonly string[];
}

/** The ids of pending entries that were trimmed away, for each of the streams. */
export async function release(
  connection: Connection,
  { lease, token, group, member }: Holder,
  what: {
    readonly streams: readonly string[];
    readonly channel: string;
    readonly clean: boolean;
    readonly runs: readonly TriedRun[];
  },
): Promise<string[][]> {
  const keys = [lease, ...what.streams];
  const runs = what.runs.flatMap(({ stream, tries, ids }) => [
    String(keys.indexOf(stream) + 1),
    String(tries),
    String(ids.length),
    ...ids,
  ]);
  const args = [token, group, member, what.channel, what.clean ? '1' : '0', ...runs];
  return (await runScript(connection, releaseScript, keys, args)) as string[][];
}

export interface CheckedFetch {
  /** How many entries are pending to others. */
  readonly foreign: number;
  /** Grows with each fetch of the lease, unless the server went back in time. */
  readonly number: number;
}

/** Undefined when the lease is somebody else's. */
export async function checkFetch(
  connection: Connection,
  { lease, token, group, member }: Holder,
  streams: readonly string[],
): Promise<CheckedFetch | undefined> {
  const [foreign, number] = (await runScript(
    connection,
    checkScript,
    [lease, ...streams],
    [token, group, member],
  )) as [number, number];
  return foreign < 0 ? undefined : { foreign, number };
}

export interface OutsidePosition {
  readonly stream: string;
  readonly topic: string;
  /** The last entry settled. */
  readonly id: string;
  /** Everything behind it is to be delivered anew. */
  readonly anew: boolean;
  /** Pending entries that are settled by this. */
  readonly done: readonly string[];
}

/** FENCED when the lease is somebody else's. */
export async function position(
  connection: Connection,
  { lease, token, group }: Holder,
  { stream, topic, id, anew, done }: OutsidePosition,
): Promise<void> {
  await runScript(
    connection,
    positionScript,
    [lease, stream],
    [token, group, topic, id, anew ? '1' : '0', ...done],
  );
}

/** What is pending in one stream, all of it the caller's now. */
export interface TakenOver {
  /** Ids that were trimmed away. */
  readonly lost: readonly string[];
  readonly pending: readonly PendingEntry[];
  readonly lastDelivered: string;
  /** The id behind which the group began. */
  readonly origin: string;
}

export interface PendingEntry {
  readonly id: string;
  readonly deliveries: number;
  /** It was pending to the caller before. */
  readonly own: boolean;
}

/** In the order of the streams. FENCED when the lease is somebody else's. */
export async function takeOver(
  connection: Connection,
  { lease, token, group, member }: Holder,
  feeds: readonly { readonly stream: string; readonly topic: string }[],
): Promise<TakenOver[]> {
  const streams = feeds.map(({ stream }) => stream);
  const args = [token, group, member, ...feeds.map(({ topic }) => topic)];
  const reply = (await runScript(connection, takeOverScript, [lease, ...streams], args)) as [
    string[],
    (string | number)[],
    string,
    string,
  ][];
  return reply.map(([lost, flat, lastDelivered, origin]) => ({
    lost,
    pending: entriesOf(flat),
    lastDelivered,
    origin,
  }));
}

function entriesOf(flat: readonly (string | number)[]): PendingEntry[] {
  const entries: PendingEntry[] = [];
  for (let index = 0; index < flat.length; index += 3) {
    entries.push({
      id: String(flat[index]),
      deliveries: Number(flat[index + 1]),
      own: flat[index + 2] === 1,
    });
  }
  return entries;
}
