import { createRequire } from 'node:module';
import type { Admin, KafkaConfig, Kafka as KafkaType } from 'kafkajs';

/** What a Kafka cluster says about itself. */
export interface KafkaFacts {
  readonly brokers: readonly string[];
  /** Settings of the first broker, which topics inherit. */
  readonly broker: Readonly<Record<string, string>>;
  readonly topics: readonly TopicFacts[];
}

export interface TopicFacts {
  readonly name: string;
  /** The fewest copies that a partition of it has, and how many of them are in sync. */
  readonly replicas: number;
  readonly inSync: number;
  readonly settings: Readonly<Record<string, string>>;
}

const { Kafka, logLevel, ConfigResourceTypes } = createRequire(import.meta.url)(
  'kafkajs',
) as typeof import('kafkajs');

/** The id that a cluster was made with. */
export async function kafkaClusterId(url: string): Promise<string> {
  return await asAdmin(url, async (admin) => (await admin.describeCluster()).clusterId);
}

export async function kafkaFacts(url: string, names: readonly string[]): Promise<KafkaFacts> {
  return await asAdmin(url, async (admin) => {
    const { brokers } = await admin.describeCluster();
    const { topics } =
      names.length === 0 ? { topics: [] } : await admin.fetchTopicMetadata({ topics: [...names] });
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [
        { type: ConfigResourceTypes.BROKER, name: String(brokers[0]?.nodeId ?? 0) },
        ...names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
      ],
    });
    const settings = (name: string): Record<string, string> =>
      Object.fromEntries(
        (resources.find((each) => each.resourceName === name)?.configEntries ?? []).map(
          ({ configName, configValue }) => [configName, configValue],
        ),
      );
    return {
      brokers: brokers.map(({ host, port }) => `${host}:${port}`),
      broker: settings(String(brokers[0]?.nodeId ?? 0)),
      topics: topics.map(({ name, partitions }) => ({
        name,
        replicas: Math.min(...partitions.map(({ replicas }) => replicas.length)),
        inSync: Math.min(...partitions.map(({ isr }) => isr.length)),
        settings: settings(name),
      })),
    };
  });
}

async function asAdmin<Result>(url: string, ask: (admin: Admin) => Promise<Result>): Promise<Result> {
  const kafka: KafkaType = new Kafka({
    ...configOf(url),
    logLevel: logLevel.NOTHING,
    retry: { retries: 3, initialRetryTime: 5 },
  });
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await ask(admin);
  } finally {
    await admin.disconnect();
  }
}

function configOf(url: string): Pick<KafkaConfig, 'brokers' | 'ssl' | 'sasl'> {
  const [, tls, user = '', password = '', hosts = '', query = ''] =
    /^kafka(\+ssl)?:\/\/(?:([^:@/]*)(?::(.*))?@)?([^/?]*)\/?(?:\?(.*))?$/.exec(url) ?? [];
  const mechanism = new URLSearchParams(query).get('sasl') ?? 'plain';
  const login = { username: decodeURIComponent(user), password: decodeURIComponent(password) };
  return {
    brokers: hosts.split(','),
    ...(tls ? { ssl: true } : {}),
    ...(user ? { sasl: { mechanism, ...login } as NonNullable<KafkaConfig['sasl']> } : {}),
  };
}
