import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kafkaLibs, kafkaVersion } from './jars.ts';
import { logOf, runJava } from './java.ts';

export interface Formatting {
  /** Of the broker: `server.properties` lies in it, `logs` is formatted. */
  readonly folder: string;
  readonly node: number;
  /** What the broker's own settings add to the usual ones. */
  readonly properties: Readonly<Record<string, string>>;
  /** Further arguments of Kafka's tool, such as `--add-scram …`. */
  readonly parameters: readonly string[];
}

const clusterId = 'Mk3dl3cXQ2mC2q0oQ7s8Xw';
const metadata = '__cluster_metadata-0';
const kept = join(import.meta.dirname, '../../../../node_modules/.cache/millrace/kafka-formatted');

/**
 * Makes the broker's folder for logs what Kafka's tool makes of it. The tool takes a second of processor time and writes
 * the same first records for every broker that is set up alike: they are kept, and only the identity of the broker is written each time.
 */
export async function format(formatting: Formatting): Promise<void> {
  const { folder, node, parameters } = formatting;
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  const records = join(kept, keyOf(formatting));
  if (parameters.length > 0 || !existsSync(records)) {
    await runTool(folder, parameters);
    if (parameters.length === 0) keep(join(logs, metadata), records);
    return;
  }
  cpSync(records, join(logs, metadata), { recursive: true });
  const lines = [`node.id=${node}`, `directory.id=${directoryId()}`, 'version=1', `cluster.id=${clusterId}`];
  writeFileSync(join(logs, 'meta.properties'), `${lines.join('\n')}\n`);
}

async function runTool(folder: string, parameters: readonly string[]): Promise<void> {
  const settings = ['format', '-t', clusterId, '-c', join(folder, 'server.properties')];
  const [code] = await once(runJava(folder, 'kafka.tools.StorageTool', [...settings, ...parameters]), 'exit');
  if (code !== 0) throw new Error(`formatting the broker's folder ended with ${code}: see ${logOf(folder)}`);
}

/** Another process that keeps the same at the same time wins. */
function keep(records: string, at: string): void {
  mkdirSync(dirname(at), { recursive: true });
  const whole = mkdtempSync(`${at}-`);
  cpSync(records, whole, { recursive: true });
  try {
    renameSync(whole, at);
  } catch {
    rmSync(whole, { recursive: true, force: true });
  }
}

function keyOf({ properties }: Formatting): string {
  const settings = JSON.stringify([
    kafkaLibs(process.env),
    kafkaVersion,
    Object.entries(properties).toSorted(),
  ]);
  return createHash('sha256').update(settings).digest('hex').slice(0, 24);
}

/** As Kafka writes its own: 16 bytes, of which none begins with a dash. */
function directoryId(): string {
  for (;;) {
    const id = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}
