import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { addressOf, residentBytes, serverUrl } from '@millrace/guide';
import { listenerOf, processorUsOf } from '@millrace/testing';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';

/** Its number in Kafka's protocol; the client's own name for it is no export that a module can import. */
const brokerResource = 4;

/** What a server says of itself at a moment; null for what cannot be known from here. */
export interface ServerFigures {
  readonly cpuUs: number | null;
  readonly memory: number | null;
  /** All that it has written to disk and kept. */
  readonly disk: number | null;
}

export async function serverFigures(url: string): Promise<ServerFigures> {
  if (url.startsWith('embedded:')) return embeddedFigures(url.slice('embedded:'.length));
  return url.startsWith('kafka') ? kafkaFigures(url) : redisFigures(url);
}

/** The log has no server: its processor time and memory are those of the clients. */
async function embeddedFigures(file: string): Promise<ServerFigures> {
  const sizes = await Promise.all(
    [file, `${file}-wal`].map((path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return { cpuUs: null, memory: null, disk: sizes.reduce((sum, size) => sum + size, 0) };
}

async function redisFigures(url: string): Promise<ServerFigures> {
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const info = await client.info();
    const number = (name: string): number | null => {
      const text = new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1];
      return text === undefined ? null : Number(text);
    };
    const cpu = (number('used_cpu_user') ?? 0) + (number('used_cpu_sys') ?? 0);
    return { cpuUs: cpu * 1e6, memory: number('used_memory_rss'), disk: number('aof_current_size') };
  } finally {
    client.disconnect();
  }
}

/** Of a broker of this machine, as the system sees its process. */
async function kafkaFigures(url: string): Promise<ServerFigures> {
  const [broker] = serverUrl(url).endpoints;
  const address = addressOf(broker);
  const pid = await listenerOf(broker.port);
  if (pid === undefined) return { cpuUs: null, memory: null, disk: null };
  return {
    cpuUs: await processorUsOf(pid),
    memory: await residentBytes(pid),
    disk: await kafkaDisk(address),
  };
}

async function kafkaDisk(address: string): Promise<number | null> {
  const admin = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING }).admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: brokerResource, name: String(brokers[0]?.nodeId), configNames: ['log.dirs'] }],
    });
    const folder = resources[0]?.configEntries.find(
      ({ configName }) => configName === 'log.dirs',
    )?.configValue;
    return folder ? await writtenIn(folder.split(',')[0] ?? '') : null;
  } catch {
    return null;
  } finally {
    await admin.disconnect();
  }
}

/** Bytes of segments: indexes are made larger than what is in them, in advance. */
async function writtenIn(folder: string): Promise<number | null> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (!entries) return null;
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.log'));
  const sizes = await Promise.all(
    files.map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
