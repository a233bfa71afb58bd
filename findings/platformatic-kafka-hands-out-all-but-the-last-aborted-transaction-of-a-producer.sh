#!/usr/bin/env bash
# @platformatic/kafka 2.12.1 on Kafka 4.4.0: a consumer that reads only what is committed gets aborted messages of a producer
# that aborted more than once.
# Expected: isolation level READ_COMMITTED is Kafka's: "only return transactional messages which have been committed". kcat,
#           of librdkafka, gives "total 3" alone.
# Seen:     one producer aborts twice and commits its third try, all of which one fetch brings: the message of the first try is
#           handed out. Of the aborted transactions that the broker names with a fetch, the client keeps one a producer.
source "$(dirname "$0")/servers/kafka-4.4.0.bash"
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @platformatic/kafka@2.12.1 node@26.10.0
topic orders
cat >ask.mjs <<'NODE'
import { Consumer, FetchIsolationLevels, MessagesStreamModes, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';
import { execFileSync } from 'node:child_process';

const broker = process.argv[2];
const shared = { clientId: 'shop', bootstrapBrokers: [broker] };
const producer = new Producer({ ...shared, transactionalId: 'till', idempotent: true, serializers: stringSerializers });
for (const [value, end] of [['total 1', 'abort'], ['total 2', 'abort'], ['total 3', 'commit']]) {
  const transaction = await producer.beginTransaction();
  await transaction.send({ messages: [{ topic: 'orders', value }] });
  await transaction[end]();
}
await producer.close();
const committed = ['-C', '-b', broker, '-t', 'orders', '-e', '-q', '-X', 'isolation.level=read_committed'];
const byKcat = execFileSync('kcat', committed, { encoding: 'utf8' }).trim().split('\n');
const consumer = new Consumer({ ...shared, groupId: 'payment', deserializers: stringDeserializers });
const stream = await consumer.consume({
  topics: ['orders'],
  mode: MessagesStreamModes.EARLIEST,
  isolationLevel: FetchIsolationLevels.READ_COMMITTED,
});
const byPlatformatic = [];
for await (const { value } of stream) {
  byPlatformatic.push(value);
  if (value === 'total 3') break;
}
await consumer.close(true);
console.log({ byKcat, byPlatformatic });
process.exitCode = byKcat.join() === 'total 3' && byPlatformatic.join() === 'total 1,total 3' ? 0 : 1;
NODE
node_modules/.bin/node ask.mjs "$broker"
