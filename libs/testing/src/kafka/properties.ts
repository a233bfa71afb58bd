import { join } from 'node:path';

/** One node, and the nodes that are controllers together with it. */
export interface NodeSettings {
  readonly id: number;
  readonly folder: string;
  /** Where clients connect to. */
  readonly port: number;
  /** Where clients are told to connect to, when something stands between. */
  readonly advertisedPort: number;
  /** What brokers connect to. */
  readonly internal: number;
  readonly controllers: readonly { readonly id: number; readonly port: number }[];
  readonly properties: Readonly<Record<string, string>>;
}

const largestFactor = 3;

/** The server.properties of a node that is broker and controller at once. */
export function serverProperties(node: NodeSettings): string {
  const address = (listener: string, number: number): string => `${listener}://127.0.0.1:${number}`;
  const controller = node.controllers.find(({ id }) => id === node.id)?.port ?? 0;
  const replicas = Math.min(largestFactor, node.controllers.length);
  const inSync = Math.max(1, replicas - 1);
  const all: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': node.id,
    'controller.quorum.voters': node.controllers.map(({ id, port }) => `${id}@127.0.0.1:${port}`).join(),
    listeners: [
      address('PLAINTEXT', node.port),
      address('BROKER', node.internal),
      address('CONTROLLER', controller),
    ].join(),
    'advertised.listeners': [
      address('PLAINTEXT', node.advertisedPort),
      address('BROKER', node.internal),
    ].join(),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'BROKER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(node.folder, 'logs'),
    'num.partitions': 1,
    'auto.create.topics.enable': 'false',
    // A broker that was killed reads all of its partitions again: small indexes and many threads make that short.
    'log.index.size.max.bytes': 65_536,
    'num.recovery.threads.per.data.dir': 16,
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': 10,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': 10,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.num.partitions': 10,
    'share.coordinator.state.topic.min.isr': inSync,
    'broker.session.timeout.ms': 2_000,
    'broker.heartbeat.interval.ms': 500,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 500,
    ...node.properties,
  };
  return Object.entries(all)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
