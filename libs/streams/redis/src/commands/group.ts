import type { GroupKeys } from '../keys.ts';
import { type Connection, loadScript, runScript } from './script.ts';

const heartbeatScript = loadScript('heartbeat', 'also-when-full');
const assignScript = loadScript('assign', 'also-when-full');

export interface LiveMember {
  readonly name: string;
  readonly joined: number;
  /** How many partition numbers it can own: those below. */
  readonly partitions: number;
}

export interface GroupView {
  /** In the order of joining. */
  readonly members: readonly LiveMember[];
  readonly version: string;
  /** Member by partition number. */
  readonly assignment: ReadonlyMap<number, string>;
  /** Milliseconds until a member falls silent unless it is heard of. */
  readonly nextSilentMs: number | undefined;
}

export interface Heartbeat {
  readonly member: string;
  /** 0: the member leaves. */
  readonly ttlMs: number;
  readonly partitions: number;
}

export async function heartbeat(
  connection: Connection,
  keys: GroupKeys,
  beat: Heartbeat,
): Promise<GroupView> {
  const args = [beat.member, String(beat.ttlMs), String(beat.partitions), keys.channel];
  const [live, fields, silent] = (await runScript(
    connection,
    heartbeatScript,
    [keys.members, keys.details, keys.assignment],
    args,
  )) as [string[], string[], number];
  const members = triples(live).sort((a, b) => a.joined - b.joined);
  const assignment = new Map<number, string>();
  let version = '0';
  for (let index = 0; index < fields.length; index += 2) {
    const [field = '', value = ''] = [fields[index], fields[index + 1]];
    if (field === 'version') version = value;
    else if (field !== 'joined') assignment.set(Number(field), value);
  }
  return { members, version, assignment, nextSilentMs: silent < 0 ? undefined : silent };
}

/** False when another member was faster. */
export async function writeAssignment(
  connection: Connection,
  keys: GroupKeys,
  next: { readonly version: string; readonly owners: readonly (string | undefined)[] },
): Promise<boolean> {
  const args = [next.version, keys.channel, ...next.owners.map((owner) => owner ?? '')];
  return (await runScript(connection, assignScript, [keys.assignment], args)) === 1;
}

function triples(live: readonly string[]): LiveMember[] {
  const members: LiveMember[] = [];
  for (let index = 0; index < live.length; index += 3) {
    members.push({
      name: live[index] ?? '',
      joined: Number(live[index + 1]),
      partitions: Number(live[index + 2]),
    });
  }
  return members;
}
