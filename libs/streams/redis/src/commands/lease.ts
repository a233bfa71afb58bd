import { type Connection, loadScript, runScript } from './script.ts';

const acquireScript = loadScript('acquire', 'also-when-full');
const renewScript = loadScript('renew', 'also-when-full');
const releaseScript = loadScript('release', 'also-when-full');
const checkScript = loadScript('check-fetch', 'also-when-full');
const setPositionScript = loadScript('set-position', 'also-when-full');
const reclaimScript = loadScript('reclaim', 'also-when-full');

/** Who acts on which lease. */
export interface LeaseHolder {
  readonly lease: string;
  readonly token: string;
  readonly group: string;
  /** The consumer to whom entries are delivered. */
  readonly member: string;
}

export type LeaseAcquisition =
  | { readonly taken: true; readonly epoch: number; readonly clean: boolean }
  | { readonly taken: false; readonly remainingMs: number; readonly owner: string };

export async function acquire(
  connection: Connection,
  { lease, token }: Pick<LeaseHolder, 'lease' | 'token'>,
  {
    owner,
    leaseMs,
    knownEpoch,
  }: { readonly owner: string; readonly leaseMs: number; readonly knownEpoch: number },
): Promise<LeaseAcquisition> {
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
  { lease, token }: LeaseHolder,
  leaseMs: number,
): Promise<boolean> {
  return (await runScript(connection, renewScript, [lease], [token, String(leaseMs)])) === 1;
}

/** Pending entries of one stream with the same delivery count. */
export interface PendingRun {
  readonly stream: string;
  readonly deliveryCount: number;
  readonly ids: readonly string[];
}

/** The ids of pending entries that were trimmed away, for each of the streams. */
export async function release(
  connection: Connection,
  { lease, token, group, member }: LeaseHolder,
  what: {
    readonly streams: readonly string[];
    readonly channel: string;
    readonly clean: boolean;
    readonly runs: readonly PendingRun[];
  },
): Promise<string[][]> {
  const keys = [lease, ...what.streams];
  const runs = what.runs.flatMap(({ stream, deliveryCount, ids }) => [
    String(keys.indexOf(stream) + 1),
    String(deliveryCount),
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
  { lease, token, group, member }: LeaseHolder,
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

export interface ExternalPosition {
  readonly stream: string;
  readonly topic: string;
  /** The last entry acknowledged. */
  readonly id: string;
  /** Everything after it is to be delivered again. */
  readonly redeliver: boolean;
  /** Pending entries that are acknowledged by this. */
  readonly acknowledged: readonly string[];
}

/** FENCED when the lease is somebody else's. */
export async function setPosition(
  connection: Connection,
  { lease, token, group }: LeaseHolder,
  { stream, topic, id, redeliver, acknowledged }: ExternalPosition,
): Promise<void> {
  await runScript(
    connection,
    setPositionScript,
    [lease, stream],
    [token, group, topic, id, redeliver ? '1' : '0', ...acknowledged],
  );
}

/** A page of what is pending in one stream, all of it the caller's now. */
export interface ReclaimedPage {
  /** Ids that were trimmed away. */
  readonly lost: readonly string[];
  /** Oldest first. */
  readonly pending: readonly ReclaimedEntry[];
  /** Where the next page begins; undefined: this was the last one. */
  readonly next: string | undefined;
  readonly lastDelivered: string;
  /** The id after which the group began. */
  readonly startOffset: string;
}

export interface ReclaimedEntry {
  readonly id: string;
  readonly deliveryCount: number;
  /** It was pending to the caller before. */
  readonly own: boolean;
}

/** The beginning of a pending entries list. */
export const firstPage = '-';

/** Bounds how long one call holds up the server. */
const entriesPerPage = 1_000;

/** FENCED when the lease is somebody else's. */
export async function reclaim(
  connection: Connection,
  { lease, token, group, member }: LeaseHolder,
  { stream, topic, from }: { readonly stream: string; readonly topic: string; readonly from: string },
): Promise<ReclaimedPage> {
  const args = [token, group, member, topic, from, String(entriesPerPage)];
  const reply = await runScript(connection, reclaimScript, [lease, stream], args);
  const [lost, flat, next, lastDelivered, startOffset] = reply as [
    string[],
    (string | number)[],
    string,
    string,
    string,
  ];
  return { lost, pending: entriesOf(flat), next: next || undefined, lastDelivered, startOffset };
}

function entriesOf(flat: readonly (string | number)[]): ReclaimedEntry[] {
  return Array.from({ length: flat.length / 3 }, (_, index) => ({
    id: String(flat[3 * index]),
    deliveryCount: Number(flat[3 * index + 1]),
    own: flat[3 * index + 2] === 1,
  }));
}
