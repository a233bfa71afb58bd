import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../free-ports.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import { kafkaLibs } from './jars.ts';

export interface KafkaServerOptions {
  readonly port?: number;
  /** Where clients are told to connect to, when something stands between. */
  readonly advertisedPort?: number;
  /** Further lines of server.properties, by name. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** A broker of this machine, which is its own controller, on ports and in a folder of its own. */
export interface KafkaServer extends ServerProcess, AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly folder: string;
}

const readyWithinMs = 60_000;
const clusterId = 'Mk3dl3cXQ2mC2q0oQ7s8Xw';

export async function startKafka(options: KafkaServerOptions = {}): Promise<KafkaServer> {
  const [free = 0, controller = 0, internal = 0] = await freePorts(3);
  const port = options.port ?? free;
  const folder = mkdtempSync(join(tmpdir(), 'streams-kafka-'));
  const properties = join(folder, 'server.properties');
  writeFileSync(properties, serverProperties(folder, { ...options, port, controller, internal }));
  writeFileSync(join(folder, 'log4j2.properties'), logging);
  mkdirSync(join(folder, 'logs'));
  await format(folder, properties);
  const server = await startServer(
    () => run(folder, 'kafka.Kafka', [properties]),
    (child) => ready(child, port, folder),
  );
  return {
    ...server,
    port,
    url: `kafka://127.0.0.1:${port}`,
    folder,
    [Symbol.asyncDispose]: async () => {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Ports extends KafkaServerOptions {
  readonly port: number;
  readonly controller: number;
  /** What the broker itself connects to. */
  readonly internal: number;
}

function serverProperties(folder: string, options: Ports): string {
  const { port, controller, internal, advertisedPort = port } = options;
  const address = (listener: string, number: number): string => `${listener}://127.0.0.1:${number}`;
  const all: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: [
      address('PLAINTEXT', port),
      address('BROKER', internal),
      address('CONTROLLER', controller),
    ].join(),
    'advertised.listeners': [address('PLAINTEXT', advertisedPort), address('BROKER', internal)].join(),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'BROKER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(folder, 'logs'),
    'num.partitions': 1,
    'auto.create.topics.enable': 'false',
    // A broker that was killed reads all of its partitions again: small indexes and many threads make that short.
    'log.index.size.max.bytes': 65_536,
    'num.recovery.threads.per.data.dir': 16,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 10,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 10,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'broker.session.timeout.ms': 2_000,
    'broker.heartbeat.interval.ms': 500,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 500,
    ...options.properties,
  };
  return Object.entries(all)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

const logging = `rootLogger.level=WARN
rootLogger.appenderRef.stdout.ref=STDOUT
appender.stdout.type=Console
appender.stdout.name=STDOUT
appender.stdout.layout.type=PatternLayout
appender.stdout.layout.pattern=%d %p %c{1} %m%n
`;

async function format(folder: string, properties: string): Promise<void> {
  const child = run(folder, 'kafka.tools.StorageTool', ['format', '-t', clusterId, '-c', properties]);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`formatting the broker's folder ended with ${code}: see ${logOf(folder)}`);
}

function run(folder: string, main: string, parameters: readonly string[]): ChildProcess {
  const libs = kafkaLibs(process.env);
  const child = spawn(
    'java',
    [
      '-Xms256m',
      '-Xmx512m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      `-Dlog4j2.configurationFile=${join(folder, 'log4j2.properties')}`,
      '-cp',
      join(libs, '*'),
      main,
      ...parameters,
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const log = createWriteStream(logOf(folder), { flags: 'a' });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  child.once('exit', () => log.end());
  return child;
}

function logOf(folder: string): string {
  return join(folder, 'broker.log');
}

async function ready(child: ChildProcess, port: number, folder: string): Promise<void> {
  const until = Date.now() + readyWithinMs;
  while (!(await answers(port))) {
    if (child.exitCode !== null)
      throw new Error(`the broker ended with ${child.exitCode}: see ${logOf(folder)}`);
    if (Date.now() > until) throw new Error(`the broker was not ready after ${readyWithinMs / 1000} s`);
    await delay(50);
  }
}

/** A broker listens before it serves: it is ready once it answers a request. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.on('error', () => end(false));
    socket.on('close', () => resolve(false));
    socket.on('data', () => end(true));
    socket.write(apiVersionsRequest);
  });
}

/** ApiVersions, version 0, without a client's name. */
const apiVersionsRequest = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);
