import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../free-ports.ts';
import { brokersKnownTo } from './brokers-known-to.ts';
import { type KafkaNode, startNode } from './node.ts';

/** Three brokers of this machine: every topic has three replicas, two of which must be in sync for `acks: 'all'`. */
export interface KafkaCluster extends AsyncDisposable {
  readonly nodes: readonly KafkaNode[];
  /** Names all of them. */
  readonly url: string;
}

export interface KafkaClusterOptions {
  /** Further lines of each server.properties, by name. */
  readonly properties?: Readonly<Record<string, string>>;
}

const size = 3;
const wholeWithinMs = 120_000;

/** Resolves once each of the three knows the other two. */
export async function startKafkaCluster(options: KafkaClusterOptions = {}): Promise<KafkaCluster> {
  const ports = await freePorts(size * 3);
  const portOf = (node: number, use: number): number => ports[node * 3 + use] ?? 0;
  const numbers = Array.from({ length: size }, (_, index) => index);
  const controllers = numbers.map((index) => ({ id: index + 1, port: portOf(index, 2) }));
  const starts = await Promise.allSettled(
    numbers.map((index) =>
      startNode({
        id: index + 1,
        port: portOf(index, 0),
        advertisedPort: portOf(index, 0),
        internal: portOf(index, 1),
        controllers,
        properties: options.properties ?? {},
        formatting: [],
      }),
    ),
  );
  const nodes = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const cluster: KafkaCluster = {
    nodes,
    url: `kafka://${nodes.map(({ port }) => `127.0.0.1:${port}`).join()}`,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
    },
  };
  try {
    for (const start of starts) if (start.status === 'rejected') throw start.reason;
    await whole(nodes);
    return cluster;
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
}

async function whole(nodes: readonly KafkaNode[]): Promise<void> {
  const until = Date.now() + wholeWithinMs;
  for (;;) {
    const known = await Promise.all(nodes.map(({ port }) => brokersKnownTo(port)));
    if (known.every((ids) => ids.length === nodes.length)) return;
    if (Date.now() > until) throw new Error(`the brokers did not find each other in ${wholeWithinMs} ms`);
    await delay(50);
  }
}
