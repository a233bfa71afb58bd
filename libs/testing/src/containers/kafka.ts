import { Wait } from 'testcontainers';
import { type ReachOptions, reach } from './reach.ts';
import { container, type ServerContainer, serverContainer } from './server-container.ts';

export interface KafkaContainer extends ServerContainer {
  readonly url: string;
}

/** Kafka's own image: one node that is broker and controller. */
export async function startKafkaContainer(options: ReachOptions = {}): Promise<KafkaContainer> {
  const image = await container('kafka');
  const port = await reach(image, 9092, options);
  const started = await image
    .withEnvironment(settings(port))
    .withWaitStrategy(Wait.forLogMessage('Kafka Server started'))
    .start();
  return { ...(await serverContainer(started)), url: `kafka://127.0.0.1:${port}` };
}

/** Clients and the broker itself reach it by different addresses, so it has a listener for each. */
function settings(advertisedPort: number): Record<string, string> {
  return {
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    KAFKA_LISTENERS: 'PLAINTEXT://:9092,BROKER://:9094,CONTROLLER://:9093',
    KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${advertisedPort},BROKER://localhost:9094`,
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_INTER_BROKER_LISTENER_NAME: 'BROKER',
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '10',
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
    KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: '10',
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: '1',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '500',
    KAFKA_BROKER_SESSION_TIMEOUT_MS: '2000',
    KAFKA_BROKER_HEARTBEAT_INTERVAL_MS: '500',
    // A broker that was killed reads all of its partitions again: small indexes and many threads make that short.
    KAFKA_LOG_INDEX_SIZE_MAX_BYTES: '65536',
    KAFKA_NUM_RECOVERY_THREADS_PER_DATA_DIR: '16',
  };
}
