import { type Admin, Kafka, logLevel } from 'kafkajs';
import { addressOf, serverUrl } from './server-url.ts';

/** The client below the library, for what only Kafka says. */
export async function openKafkaAdmin(url: string): Promise<Admin> {
  const admin = new Kafka({ ...parse(url), logLevel: logLevel.NOTHING, retry: { retries: 3 } }).admin();
  await admin.connect();
  return admin;
}

function parse(url: string): ConstructorParameters<typeof Kafka>[0] {
  const { scheme, endpoints, username, password = '', parameters } = serverUrl(url);
  const mechanism = parameters.sasl ?? 'scram-sha-512';
  return {
    brokers: endpoints.map(addressOf),
    ssl: scheme === 'kafka+ssl',
    ...(username === undefined ? {} : { sasl: { mechanism: mechanism as 'plain', username, password } }),
  };
}
