import { type Admin, Kafka, logLevel } from 'kafkajs';

/** The client below the library, for what only Kafka says. */
export async function openKafkaAdmin(url: string): Promise<Admin> {
  const admin = new Kafka({ ...parse(url), logLevel: logLevel.NOTHING, retry: { retries: 3 } }).admin();
  await admin.connect();
  return admin;
}

function kafkaServers(url: string): string[] {
  return (/^[a-z+]+:\/\/(?:[^@/]*@)?([^/?#]+)/i.exec(url)?.[1] ?? '').split(',');
}

function parse(url: string): ConstructorParameters<typeof Kafka>[0] {
  const { searchParams } = new URL(url.replace(/\/\/((?:[^@/]*@)?)[^/?#]+/, '//$1host'));
  const login = /^[a-z+]+:\/\/([^@/]*)@/i.exec(url)?.[1];
  const [username = '', password = ''] = (login ?? '').split(':').map(decodeURIComponent);
  const mechanism = searchParams.get('sasl') ?? 'scram-sha-512';
  return {
    brokers: kafkaServers(url),
    ssl: url.startsWith('kafka+ssl:'),
    ...(login === undefined ? {} : { sasl: { mechanism: mechanism as 'plain', username, password } }),
  };
}
