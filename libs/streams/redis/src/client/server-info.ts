import type { Connection } from '../commands/script.ts';

/** What a server turned out to be. */
export interface ServerInfo {
  readonly version: string;
  /** Replicas that were connected when this was asked. */
  readonly replicas: number;
  /** What a group has read is counted right also where entries were trimmed before it read them. */
  readonly countsRight: boolean;
  /** The master's address where this is a replica, which takes no writes. */
  readonly replicaOf?: string;
  /** What about its settings can lose records, a sentence each. */
  readonly risks: readonly string[];
}

/** Redis 7.2 and 7.4 and Valkey (8.1, 9.1) confirm a WAITAOF before the flush that it waits for. */
const firstTruthful = 8;
/** As Redis 8.10 and Valkey 9.1 do and Redis 7.0 does not. */
const firstToCount = { redis: 8, valkey: 9 };

export async function readServerInfo(connection: Connection): Promise<ServerInfo> {
  const info = parseInfo(String(await connection.call('INFO', ['everything'])));
  const version = info.get('redis_version') ?? '0';
  const [appendfsync, save] = await Promise.all([
    setting(connection, 'appendfsync'),
    setting(connection, 'save'),
  ]);
  const valkey = info.get('valkey_version');
  return {
    version,
    replicas: Number(info.get('connected_slaves') ?? 0),
    countsRight:
      valkey === undefined ? majorOf(version) >= firstToCount.redis : majorOf(valkey) >= firstToCount.valkey,
    ...(info.get('role') === 'slave'
      ? { replicaOf: `${info.get('master_host')}:${info.get('master_port')}` }
      : {}),
    risks: risksOf(info, { appendfsync, save }),
  };
}

/** Whether WAITAOF tells the truth, by what INFO says of the server. */
export function confirmsDisk(info: ReadonlyMap<string, string>): boolean {
  return !info.has('valkey_version') && majorOf(info.get('redis_version') ?? '0') >= firstTruthful;
}

function risksOf(
  info: ReadonlyMap<string, string>,
  { appendfsync, save }: { readonly appendfsync: string | undefined; readonly save: string | undefined },
): string[] {
  const risks: string[] = [];
  const policy = info.get('maxmemory_policy') ?? '';
  if (policy.startsWith('allkeys-') && info.get('maxmemory') !== '0')
    risks.push(`maxmemory-policy ${policy} removes whole streams when memory runs out; set noeviction`);
  if (info.get('aof_enabled') === '0' && save === '')
    risks.push('nothing is written to a disk, and a restart loses everything; set appendonly yes');
  if (info.get('aof_enabled') === '1' && appendfsync === 'no')
    risks.push(
      'appendfsync no leaves it to the system when a write reaches the disk; set always or everysec',
    );
  if (Number(info.get('connected_slaves') ?? 0) > 0 && !info.has('min_slaves_good_slaves'))
    risks.push(
      'a master that is cut off from its replicas goes on taking writes that a failover loses; set min-replicas-to-write 1',
    );
  return risks;
}

/** Undefined for who may not ask. */
export async function setting(connection: Connection, name: string): Promise<string | undefined> {
  try {
    const reply = (await connection.call('CONFIG', ['GET', name])) as string[];
    return reply[1];
  } catch {
    return undefined;
  }
}

/** The fields of an INFO reply. */
export function parseInfo(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}

function majorOf(version: string): number {
  return Number(version.split('.')[0]);
}
