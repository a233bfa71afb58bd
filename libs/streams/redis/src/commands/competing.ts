import type { CompetingCommit } from '@millrace/streams/driver';
import { type Argument, countFields, pushFields, type RawEntry } from '../entries/entry.ts';
import { assertFits } from '../entries/record-size.ts';
import { Keys } from './keys.ts';
import { type Connection, loadScript, runScript, runScriptForBytes } from './script.ts';

const claimStaleScript = loadScript('claim-stale', 'also-when-full');
const recoverScript = loadScript('recover', 'also-when-full');
const checkCountScript = loadScript('check-count', 'also-when-full');
const keepAliveScript = loadScript('keep-alive', 'also-when-full');
const claimScript = loadScript('claim', 'also-when-full');
const giveBackScript = loadScript('give-back', 'also-when-full');
const commitScript = loadScript('commit-competing');

/** A member in one stream. */
export interface Consumer {
  readonly stream: string;
  readonly group: string;
  readonly member: string;
}

export interface TakenEntries {
  readonly taken: readonly { readonly deliveries: number; readonly entry: RawEntry }[];
  readonly lost: readonly string[];
}

/** Claims entries whose owner was idle for `idleMs`. */
export async function claimStale(
  connection: Connection,
  { stream, group, member }: Consumer,
  { idleMs, count }: { readonly idleMs: number; readonly count: number },
): Promise<TakenEntries> {
  const args = [group, member, String(idleMs), String(count)];
  return takenEntries(await runScriptForBytes(connection, claimStaleScript, [stream], args));
}

/** Those of the entries that are still the member's; `deliveries` counts the one that is recovered. */
export async function recover(
  connection: Connection,
  { stream, group, member }: Consumer,
  ids: readonly string[],
): Promise<TakenEntries> {
  return takenEntries(await runScriptForBytes(connection, recoverScript, [stream], [group, member, ...ids]));
}

function takenEntries(reply: unknown): TakenEntries {
  const [taken, lost] = reply as [[number, RawEntry][], Buffer[]];
  return {
    taken: taken.map(([deliveries, entry]) => ({ deliveries, entry })),
    lost: lost.map((id) => id.toString('latin1')),
  };
}

/** After a read on the same connection: keeps the server's count of what the group has read right. */
export async function checkCount(
  connection: Connection,
  { stream, group }: Consumer,
  lease: string,
): Promise<void> {
  await runScript(connection, checkCountScript, [lease, stream], [group]);
}

/** The ids that are somebody else's by now. */
export async function keepAlive(
  connection: Connection,
  { stream, group, member }: Consumer,
  inFlight: { readonly lease: string; readonly topic: string; readonly ids: readonly string[] },
): Promise<string[]> {
  const args = [group, member, inFlight.topic, ...inFlight.ids];
  return (await runScript(connection, keepAliveScript, [stream, inFlight.lease], args)) as string[];
}

export interface GivenBackEntry {
  readonly id: string;
  readonly deliveryCount: number;
}

/** The ids of entries that were trimmed away. */
export async function giveBack(
  connection: Connection,
  { stream, group, member }: Consumer,
  { channel, entries }: { readonly channel: string; readonly entries: readonly GivenBackEntry[] },
): Promise<string[]> {
  const flat = entries.flatMap(({ id, deliveryCount }) => [String(deliveryCount), id]);
  const args = [group, member, channel, ...flat];
  return (await runScript(connection, giveBackScript, [stream], args)) as string[];
}

export interface ClaimedEntries {
  /** Ids of entries that are the member's now. */
  readonly claimed: readonly string[];
  /** Ids of entries that were trimmed away. */
  readonly lost: readonly string[];
}

/** Gives the member those of the entries that were idle for `minIdleMs`. */
export async function claim(
  connection: Connection,
  { stream, group, member }: Consumer,
  { minIdleMs, ids }: { readonly minIdleMs: number; readonly ids: readonly string[] },
): Promise<ClaimedEntries> {
  const args = [group, member, String(minIdleMs), ...ids];
  const [claimed, lost] = (await runScript(connection, claimScript, [stream], args)) as [string[], string[]];
  return { claimed, lost };
}

export interface CompetingCommits {
  readonly group: string;
  readonly member: string;
  readonly outbox: string;
  readonly counters: string;
  readonly commits: readonly CompetingCommit[];
  readonly streamOf: (topic: string, partition: number) => string;
  readonly elsewhere: (partition: number) => boolean;
}

/** For each commit whether its entry was still the member's. */
export async function commitCompeting(connection: Connection, batch: CompetingCommits): Promise<boolean[]> {
  const { group, member, outbox, counters, commits, streamOf, elsewhere } = batch;
  const keys = new Keys([outbox, counters]);
  const args: Argument[] = [];
  for (const { record, acknowledged, outputs, attempts = 0 } of commits) {
    args.push(keys.index(streamOf(record.topic, record.partition), 'acknowledged'), record.offset);
    args.push(acknowledged ? '' : String(attempts), String(outputs.length));
    for (const output of outputs) {
      assertFits(output);
      if (elsewhere(output.partition)) args.push(keys.outbox(), output.topic, String(output.partition));
      else args.push(keys.index(streamOf(output.topic, output.partition), 'output'));
      args.push(String(countFields(output)));
      pushFields(args, output);
    }
  }
  const reply = (await runScript(connection, commitScript, keys.names, [
    group,
    member,
    keys.uses,
    ...args,
  ])) as number[];
  return reply.map((own) => own === 1);
}
