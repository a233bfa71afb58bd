#!/usr/bin/env bash
# kafka-go 0.4.51 (Go) and @platformatic/kafka 2.12.1 (npm): in a topic with message.timestamp.type=LogAppendTime a record has the
# time that its producer claimed.
# Expected: with LogAppendTime the broker's clock counts and what the producer said is overwritten (Kafka's documentation of the
#           setting). The broker writes its time once into the head of the batch, as the largest timestamp, and sets a bit in the
#           attributes there; the time of every record is then that one, as kcat and kafkajs 2.2.4 have it.
# Seen:     both libraries go on adding the producer's offsets to the producer's first time. A till whose clock stands at 2001 sells
#           in 2001, though the topic was set up so that no wrong clock gets into it. Neither says which of the two times it gives.
# Needs (beyond the server's): go 1.24 or newer, node 20 or newer with npm.
source "$(dirname "$0")/servers/kafka-4.4.0.bash"
cd "$folder"
export GOPATH=$folder/go GOFLAGS=-modcacherw
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @platformatic/kafka@2.12.1 kafkajs@2.2.4 node@26.10.0
topic broker-time message.timestamp.type=LogAppendTime
topic producer-time retention.ms=-1
cat >write.mjs <<'NODE'
import kafkajs from 'kafkajs';

const producer = new kafkajs.Kafka({ brokers: [process.argv[2]], logLevel: 0 }).producer();
await producer.connect();
for (const topic of ['broker-time', 'producer-time']) {
  await producer.send({ topic, messages: [{ value: 'sale', timestamp: '1000000000000' }] });
}
await producer.disconnect();
NODE
cat >read.go <<'GO'
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/segmentio/kafka-go"
)

func main() {
	for _, topic := range []string{"broker-time", "producer-time"} {
		reader := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{os.Args[1]}, Topic: topic})
		message, err := reader.ReadMessage(context.Background())
		if err != nil {
			panic(err)
		}
		fmt.Println("kafka-go", topic, message.Time.UnixMilli())
		reader.Close()
	}
}
GO
cat >read.mjs <<'NODE'
import { Consumer, MessagesStreamModes } from '@platformatic/kafka';
import kafkajs from 'kafkajs';

const broker = process.argv[2];
for (const topic of ['broker-time', 'producer-time']) {
  const consumer = new Consumer({ clientId: 'shop', groupId: `platformatic-${topic}`, bootstrapBrokers: [broker] });
  for await (const message of await consumer.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST })) {
    console.log('platformatic', topic, Number(message.timestamp));
    break;
  }
  await consumer.close(true);
}
for (const topic of ['broker-time', 'producer-time']) {
  const consumer = new kafkajs.Kafka({ brokers: [broker], logLevel: 0 }).consumer({ groupId: `kafkajs-${topic}` });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise((resolve) => consumer.run({ eachMessage: async ({ message }) => resolve(console.log('kafkajs', topic, message.timestamp)) }));
  await consumer.disconnect();
}
NODE
{ go mod init ask && go get github.com/segmentio/kafka-go@v0.4.51; } >log 2>&1 || { cat log; exit 2; }
node_modules/.bin/node write.mjs "$broker"
{
  for name in broker-time producer-time; do kcat -C -b "$broker" -t "$name" -o beginning -e -q -f 'kcat %t %T\n'; done
  go run read.go "$broker"
  node_modules/.bin/node read.mjs "$broker"
} | tee said
late() { [ "$(grep "^$1 broker-time" said | cut -d' ' -f3)" -gt 1700000000000 ]; }
[ "$(grep -c 'producer-time 1000000000000$' said)" = 4 ] && late kcat && late kafkajs &&
  grep -qx 'kafka-go broker-time 1000000000000' said && grep -qx 'platformatic broker-time 1000000000000' said
