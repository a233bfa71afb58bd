import type { Connection } from '../commands/script.ts';

/** What a server turned out to be. */
export interface ServerInfo {
  readonly version: string;
  /** Replicas that were connected when this was asked. */
  readonly replicas: number;
  /** The server writes an append-only file and can say when a write is on disk. */
  readonly waitsForDisk: boolean;
  readonly cluster: boolean;
}

export async function readServerInfo(connection: Connection): Promise<ServerInfo> {
  const info = parseInfo(String(await connection.call('INFO', ['everything'])));
  const version = info.get('redis_version') ?? '0';
  return {
    version,
    replicas: Number(info.get('connected_slaves') ?? 0),
    waitsForDisk: info.get('aof_enabled') === '1' && atLeast(version, 7, 2),
    cluster: info.get('cluster_enabled') === '1',
  };
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

function atLeast(version: string, major: number, minor: number): boolean {
  const [ours = 0, minors = 0] = version.split('.').map(Number);
  return ours > major || (ours === major && minors >= minor);
}
