import {
  type Driver,
  isStreamsError,
  type Notice,
  outgoing,
  StreamsError,
  topic as topicNamed,
} from '@millrace/streams';
import { createStreams, type JoinOptions, type Lease } from '@millrace/streams/driver';
import { type KafkaServer, requireService, startKafka } from '@millrace/testing';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKafka } from '../src/index.ts';
import { joinOptions, use } from './support.ts';

const withKafka = requireService('kafka');
const security = 'org.apache.kafka.common.security';
const resources = { topic: 2, group: 3, cluster: 4, transactional: 5 };
const operations = { READ: 3, WRITE: 4, CREATE: 5, DELETE: 6, DESCRIBE: 8, DESCRIBE_CONFIGS: 10 };
/** On everything that begins with the prefix of the task; `groups` on all groups, whoever has them. */
type Right = `${keyof typeof resources | 'groups'} ${keyof typeof operations}`;

interface Task {
  readonly rights: readonly Right[];
  /** What is there already is made before by who deploys. */
  readonly prepare?: (root: Driver, prefix: string) => Promise<unknown>;
  readonly work: (driver: Driver, prefix: string) => Promise<unknown>;
}

const values = (prefix: string): ReturnType<typeof topicNamed<string>> => topicNamed<string>(`${prefix}in`);
const groupOf = (prefix: string): string => `${prefix}group`;
const plain = (prefix: string): JoinOptions => ({
  ...joinOptions(`${prefix}in`, 3_000),
  commitKind: 'positions',
});
const atomic = (prefix: string): JoinOptions => joinOptions(`${prefix}in`, 3_000);
const stateful = (prefix: string): JoinOptions => ({ ...atomic(prefix), stores: ['s'] });

/** Handles one record of the group; an atomic step has an output, and state where the group has a store. */
async function handleOne(driver: Driver, prefix: string, options: JoinOptions): Promise<void> {
  await using membership = await driver.join(groupOf(prefix), options);
  const { value: lease } = (await membership[Symbol.asyncIterator]().next()) as { readonly value: Lease };
  const acknowledged = await lease.fetch(1, { signal: AbortSignal.timeout(20_000) });
  const output = {
    topic: `${prefix}out`,
    partition: 0,
    key: 'k',
    value: 'v',
    headers: {},
    timestamp: Date.now(),
  };
  const outputs = options.commitKind === 'atomic' ? [output] : [];
  if (outputs.length === 0) await driver.append([output], { acks: 'all' });
  const state = options.stores.map((store) => ({ store, key: 'k', value: 'v' }));
  await lease.commit({ acknowledged, outputs, state, dedupeIds: [] });
}

async function readAll(driver: Driver, prefix: string): Promise<void> {
  for await (const chunk of driver.read(`${prefix}in`, 0, 'earliest', { to: 'now', max: 10 })) void chunk;
}

/** Of topics that a user may not see a broker tells no progress, as if there were none. */
async function showProgress(driver: Driver, prefix: string): Promise<void> {
  const { partitions } = await driver.admin.describeGroup(groupOf(prefix));
  if (partitions.length === 0) throw new StreamsError('UNAUTHORIZED', 'the progress is not shown');
}

/** As docs/operations/running.md lists them. */
const tasks: Readonly<Record<string, Task>> = {
  publish: {
    rights: ['topic WRITE'],
    work: async (driver, prefix) => {
      for (const acks of ['leader', 'all'] as const)
        await createStreams(driver).publish(values(prefix), ['v'], { acks });
    },
  },
  'publish once': {
    rights: ['topic READ', 'topic WRITE', 'group READ', 'transactional WRITE'],
    work: (driver, prefix) =>
      createStreams(driver).publish(values(prefix), ['v'], { once: { producer: `${prefix}p`, sequence: 1 } }),
  },
  'publish together, atomic': {
    rights: ['topic WRITE', 'transactional WRITE'],
    work: (driver, prefix) =>
      createStreams(driver).publishTogether([outgoing(values(prefix), ['v'])], { atomic: true }),
  },
  read: { rights: ['topic READ'], work: readAll },
  'a group, at least once': {
    rights: ['topic READ', 'topic WRITE', 'group READ'],
    work: (driver, prefix) => handleOne(driver, prefix, plain(prefix)),
  },
  'a group, exactly once': {
    rights: ['topic READ', 'topic WRITE', 'group READ', 'transactional WRITE'],
    work: (driver, prefix) => handleOne(driver, prefix, atomic(prefix)),
  },
  'a group, exactly once with state': {
    rights: ['topic READ', 'topic WRITE', 'topic DESCRIBE_CONFIGS', 'group READ', 'transactional WRITE'],
    prepare: (root, prefix) => handleOne(root, prefix, stateful(prefix)),
    work: (driver, prefix) => handleOne(driver, prefix, stateful(prefix)),
  },
  'describe a topic': {
    rights: ['topic READ', 'topic DESCRIBE_CONFIGS'],
    work: (driver, prefix) => driver.admin.describe(`${prefix}in`),
  },
  'describe a group': {
    rights: ['topic DESCRIBE', 'group DESCRIBE'],
    prepare: (root, prefix) => handleOne(root, prefix, plain(prefix)),
    work: showProgress,
  },
  'seek a group': {
    rights: ['topic READ', 'group READ'],
    prepare: (root, prefix) => handleOne(root, prefix, plain(prefix)),
    work: async (driver, prefix) => {
      await showProgress(driver, prefix);
      await driver.admin.seek(groupOf(prefix), 'earliest', {});
    },
  },
  'delete a group and its state': {
    rights: ['topic DELETE', 'topic DESCRIBE_CONFIGS', 'group DELETE'],
    prepare: (root, prefix) => handleOne(root, prefix, stateful(prefix)),
    work: (driver, prefix) => driver.admin.deleteGroup(groupOf(prefix)),
  },
  trim: {
    rights: ['topic DELETE', 'groups DESCRIBE', 'cluster DESCRIBE'],
    prepare: (root, prefix) => handleOne(root, prefix, plain(prefix)),
    work: (driver, prefix) => driver.admin.trim(`${prefix}in`, { keep: 0 }),
  },
  'create topics': {
    rights: ['topic CREATE', 'topic DESCRIBE'],
    work: (driver, prefix) => driver.admin.ensureTopics([{ name: `${prefix}new`, partitions: 1 }]),
  },
};

withKafka('the rights that a user of Kafka needs', () => {
  let server: KafkaServer;
  let admin: Admin;
  let root: Driver;
  const users = Object.entries(tasks).flatMap(([name, { rights }], number) =>
    [undefined, ...rights].map((missing, index) => ({
      name,
      missing,
      user: `u${number}-${index}`,
      prefix: `t${number}.`,
    })),
  );
  beforeAll(async () => {
    const logins = ['root', ...users.map(({ user }) => user)].map((user) => `user_${user}="${user}"`);
    server = await startKafka({
      properties: {
        'listener.security.protocol.map': 'PLAINTEXT:SASL_PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
        'listener.name.plaintext.sasl.enabled.mechanisms': 'PLAIN',
        'listener.name.plaintext.plain.sasl.jaas.config': `${security}.plain.PlainLoginModule required ${logins.join(' ')};`,
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS;User:root',
      },
    });
    const sasl = { mechanism: 'plain', username: 'root', password: 'root' } as const;
    admin = new Kafka({ brokers: [`127.0.0.1:${server.port}`], sasl, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    root = await openKafka(url('root'));
    await admin.createAcls({
      acl: users.flatMap(({ name, missing, user, prefix }) =>
        (tasks[name]?.rights ?? [])
          .filter((right) => right !== missing)
          .map((right) => {
            const [resource, operation] = right.split(' ') as [
              keyof typeof resources | 'groups',
              keyof typeof operations,
            ];
            const whole = resource === 'cluster' ? 'kafka-cluster' : resource === 'groups' ? '*' : undefined;
            return {
              resourceType: resources[resource === 'groups' ? 'group' : resource],
              resourceName: whole ?? prefix,
              resourcePatternType: whole === undefined ? 4 : 3,
              principal: `User:${user}`,
              host: '*',
              operation: operations[operation],
              permissionType: 3,
            };
          }),
      ),
    });
  });
  afterAll(async () => {
    await root?.[Symbol.asyncDispose]();
    await admin?.disconnect();
    await server?.[Symbol.asyncDispose]();
  });
  const url = (user: string): string => `kafka://${user}:${user}@127.0.0.1:${server.port}?sasl=plain`;

  test.each(Object.keys(tasks))('to %s are enough, and not one of them too many', async (name) => {
    const { prepare, work } = tasks[name] as Task;
    const own = users.filter((each) => each.name === name);
    const prefix = own[0]?.prefix ?? '';
    await root.admin.ensureTopics(
      [`${prefix}in`, `${prefix}out`].map((each) => ({ name: each, partitions: 1 })),
    );
    await use(root).append(`${prefix}in`, ['"1"', '"2"', '"3"']);
    await prepare?.(root, prefix);
    const outcomes: (readonly [string, string])[] = [];
    // Whoever lacks nothing comes last: what it does may change what the others find.
    for (const { user, missing } of own.toReversed())
      outcomes.push([missing ?? 'nothing', await outcomeOf(url(user), (driver) => work(driver, prefix))]);
    expect(Object.fromEntries(outcomes)).toEqual(
      Object.fromEntries(own.map(({ missing }) => [missing ?? 'nothing', missing ? 'refused' : 'done'])),
    );
  });
});

/** A refusal comes as an error, or as a notice of what goes on without success in the background. */
async function outcomeOf(url: string, work: (driver: Driver) => Promise<unknown>): Promise<string> {
  const driver = await openKafka(url);
  const told = Promise.withResolvers<string>();
  driver.onNotice(({ message }: Notice) => {
    if (message.includes('AUTHORIZATION_FAILED')) told.resolve('refused');
  });
  try {
    const done = work(driver).then(
      () => 'done',
      (error: unknown) =>
        isStreamsError(error, 'UNAUTHORIZED') ||
        (error as { readonly code?: unknown }).code === 'UNAUTHORIZED'
          ? 'refused'
          : String(error),
    );
    return await Promise.race([done, told.promise]);
  } finally {
    await driver[Symbol.asyncDispose]();
  }
}
