import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type ServerProcess, startServer } from '../server-process.ts';
import { brokersKnownTo } from './brokers-known-to.ts';
import { format } from './format.ts';
import { logOf, runJava } from './java.ts';
import { type NodeSettings, serverProperties } from './properties.ts';

/** A broker of this machine, which is a controller too, in a folder of its own. */
export interface KafkaNode extends ServerProcess, AsyncDisposable {
  readonly id: number;
  readonly port: number;
  readonly folder: string;
}

export interface NodeOptions extends Omit<NodeSettings, 'folder'> {
  /** Further arguments of the tool that formats the folder, such as `--add-scram …`. */
  readonly formatting: readonly string[];
  readonly detached?: boolean;
}

const readyWithinMs = 120_000;

/** Resolves once it serves and its controllers take it for alive. */
export async function startNode(options: NodeOptions): Promise<KafkaNode> {
  const { id, port } = options;
  const folder = mkdtempSync(join(tmpdir(), 'streams-kafka-'));
  const properties = join(folder, 'server.properties');
  writeFileSync(properties, serverProperties({ ...options, folder }));
  await format({ folder, node: id, properties: options.properties, parameters: options.formatting });
  const server = await startServer(
    () => runJava(folder, 'kafka.Kafka', [properties], options.detached),
    (child) => ready(child, folder, async () => (await brokersKnownTo(options.internal)).includes(id)),
  );
  return {
    ...server,
    id,
    port,
    folder,
    [Symbol.asyncDispose]: async () => {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ready(child: ChildProcess, folder: string, isReady: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + readyWithinMs;
  while (!(await isReady())) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the broker ended with ${child.exitCode ?? child.signalCode}: see ${logOf(folder)}`);
    if (Date.now() > until) throw new Error(`the broker was not ready after ${readyWithinMs / 1000} s`);
    await delay(50);
  }
}
