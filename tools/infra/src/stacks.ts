export type Environment = Readonly<Record<string, string | undefined>>;

/** Servers that are started together, and how the shop is told of them. */
export interface Stack {
  readonly name: string;
  readonly description: string;
  /** Names of the services in infra/compose. */
  readonly services: readonly string[];
  /** What the shop's environment needs, for the ports that this environment chooses. */
  readonly variables: (environment: Environment) => Readonly<Record<string, string>>;
  /** A page for people. */
  readonly page?: (environment: Environment) => string;
}

const local = '127.0.0.1';

function port(environment: Environment, variable: string, usual: number): string {
  return environment[variable] || String(usual);
}

const clusterPorts = [7001, 7002, 7003, 7004, 7005, 7006];
const brokerPorts = [9192, 9292, 9392];
const addresses = (ports: readonly number[]): string => ports.map((each) => `${local}:${each}`).join(',');

export const stacks: readonly Stack[] = [
  {
    name: 'redis',
    description: 'one Redis server that keeps its data',
    services: ['redis'],
    variables: (environment) => ({
      STREAMS_URL: `redis://${local}:${port(environment, 'REDIS_PORT', 6379)}`,
    }),
  },
  {
    name: 'redis-cluster',
    description: 'a Redis Cluster of three masters and three replicas',
    services: ['redis-cluster', ...clusterPorts.map((_, index) => `redis-node-${index + 1}`)],
    variables: () => ({ STREAMS_URL: `redis+cluster://${addresses(clusterPorts)}` }),
  },
  {
    name: 'kafka',
    description: 'one Kafka broker (KRaft)',
    services: ['kafka'],
    variables: (environment) => ({
      STREAMS_URL: `kafka://${local}:${port(environment, 'KAFKA_PORT', 9092)}`,
    }),
  },
  {
    name: 'kafka-cluster',
    description: 'three Kafka brokers (KRaft), every topic three times',
    services: ['kafka-1', 'kafka-2', 'kafka-3'],
    variables: () => ({ STREAMS_URL: `kafka://${addresses(brokerPorts)}` }),
  },
  {
    name: 'postgres',
    description: 'PostgreSQL for the database and crm services',
    services: ['postgres'],
    variables: (environment) => {
      const password = environment['POSTGRES_PASSWORD'] || 'local-only';
      return {
        DATABASE_URL: `postgres://shop:${encodeURIComponent(password)}@${local}:${port(environment, 'POSTGRES_PORT', 5432)}/shop`,
      };
    },
  },
  {
    name: 'jaeger',
    description: 'Jaeger, for traces of whole orders',
    services: ['jaeger'],
    variables: (environment) => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://${local}:${port(environment, 'JAEGER_OTLP_PORT', 4318)}`,
    }),
    page: (environment) => `http://${local}:${port(environment, 'JAEGER_PORT', 16_686)}`,
  },
  {
    name: 'collector',
    description: 'an OpenTelemetry collector before Jaeger',
    services: ['collector', 'jaeger'],
    variables: (environment) => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://${local}:${port(environment, 'COLLECTOR_OTLP_PORT', 4328)}`,
    }),
    page: (environment) => `http://${local}:${port(environment, 'JAEGER_PORT', 16_686)}`,
  },
  {
    name: 'prometheus',
    description: 'Prometheus with alerts, for services on their usual ports',
    services: ['prometheus'],
    variables: () => ({}),
    page: (environment) => `http://${local}:${port(environment, 'PROMETHEUS_PORT', 9090)}/alerts`,
  },
  {
    name: 'metrics',
    description: 'Prometheus with alerts, and Grafana with dashboards, for services on their usual ports',
    services: ['prometheus', 'grafana'],
    variables: () => ({}),
    page: (environment) => `http://${local}:${port(environment, 'GRAFANA_PORT', 3000)}`,
  },
  {
    name: 'mailpit',
    description: "Mailpit, which catches the shop's e-mails",
    services: ['mailpit'],
    variables: (environment) => ({ SMTP_URL: `smtp://${local}:${port(environment, 'SMTP_PORT', 1025)}` }),
    page: (environment) => `http://${local}:${port(environment, 'MAILPIT_PORT', 8025)}`,
  },
];
