#!/usr/bin/env bash
# kafkajs 2.2.4 on Kafka 4.4.0: a consumer that reads only what is committed gets messages of an aborted transaction.
# Expected: with `readUncommitted: false`, the default, "the consumer will not return any transactional messages which were
#           not committed" (kafkajs' documentation of it). kcat, of librdkafka, gives "total 3" alone.
# Seen:     two transactions overlap and both are aborted, the one that began last first. The broker lists aborted transactions
#           by their ends, kafkajs goes through them as if by their beginnings: what the longer one wrote before the other
#           began is handed out as if it had been committed.
source "$(dirname "$0")/servers/kafka-4.4.0.bash"
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund kafkajs@2.2.4
topic orders
cat >ask.mjs <<'NODE'
import { Kafka } from 'kafkajs';
import { execFileSync } from 'node:child_process';

const broker = process.argv[2];
const kafka = new Kafka({ brokers: [broker], logLevel: 0 });
const [long, short] = await Promise.all(
  ['long', 'short'].map(async (transactionalId) => {
    const producer = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    return producer;
  }),
);
const write = (transaction, value) => transaction.send({ topic: 'orders', messages: [{ value }] });
const first = await long.transaction();
await write(first, 'total 1');
const second = await short.transaction();
await write(second, 'total 2');
const query = ['-Q', '-b', broker, '-t', 'orders:0:-1'];
const end = () => Number(execFileSync('kcat', query, { encoding: 'utf8' }).match(/offset (\d+)/)[1]);
const before = end();
await second.abort();
// The end of a transaction is written after the client has its answer; the next one must not overtake it.
for (let attempt = 0; end() === before && attempt < 200; attempt += 1);
await first.abort();
const third = await long.transaction();
await write(third, 'total 3');
await third.commit();
const committed = ['-C', '-b', broker, '-t', 'orders', '-e', '-q', '-X', 'isolation.level=read_committed'];
const byKcat = execFileSync('kcat', committed, { encoding: 'utf8' }).trim().split('\n');
const byKafkajs = [];
const consumer = kafka.consumer({ groupId: 'payment', readUncommitted: false });
await consumer.connect();
await consumer.subscribe({ topic: 'orders', fromBeginning: true });
await new Promise((resolve) => {
  consumer.run({
    eachMessage: async ({ message }) => {
      byKafkajs.push(message.value.toString());
      if (byKafkajs.at(-1) === 'total 3') resolve();
    },
  });
});
await Promise.all([consumer, long, short].map((client) => client.disconnect()));
console.log({ byKcat, byKafkajs });
process.exitCode = byKcat.join() === 'total 3' && byKafkajs.join() === 'total 1,total 3' ? 0 : 1;
NODE
node ask.mjs "$broker"
