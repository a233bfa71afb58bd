#!/usr/bin/env bash
# kafkajs 2.2.4 on Kafka 4.4.0: setOffsets and resetOffsets of a running group of the new protocol (KIP-848) succeed and do nothing.
# Expected: "The consumer group must have no running instances when performing the reset. Otherwise, the command will be rejected."
#           (kafkajs' documentation of resetOffsets and setOffsets); a running group of the old protocol is rejected.
# Seen:     Kafka tells the old describe request of kafkajs that a group of the new protocol is dead, and kafkajs takes it for one
#           without members: both promises are fulfilled, and the committed offset is what it was. kafka-consumer-groups
#           sees a stable group with one member.
# Needs (beyond the server's): python3 with pip, node 20 or newer with npm.
source "$(dirname "$0")/servers/kafka-4.4.0.bash"
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund kafkajs@2.2.4
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check confluent-kafka==2.16.1
topic orders
printf 'order %s\n' 1 2 3 4 5 | kcat -P -b "$broker" -t orders
cat >member.py <<'PYTHON'
import sys
from confluent_kafka import Consumer

consumer = Consumer({"bootstrap.servers": sys.argv[1], "group.id": sys.argv[2], "auto.offset.reset": "earliest", "enable.auto.commit": False,
                     "group.protocol": sys.argv[3]})
consumer.subscribe(["orders"])
read = 0
while True:
    message = consumer.poll(0.2)
    if message and not message.error():
        read += 1
        consumer.commit(message, asynchronous=False)
        if read == 5:
            print("ready", flush=True)
PYTHON
cat >ask.mjs <<'NODE'
import { Kafka } from 'kafkajs';

const admin = new Kafka({ brokers: [process.argv[2]], logLevel: 0 }).admin();
const groupId = process.argv[3];
await admin.connect();
const outcome = (promise) => promise.then(() => 'fulfilled', (error) => error.message);
const offset = async () => (await admin.fetchOffsets({ groupId, topics: ['orders'] }))[0].partitions[0].offset;
const state = (await admin.describeGroups([groupId])).groups[0].state;
const before = await offset();
const set = await outcome(admin.setOffsets({ groupId, topic: 'orders', partitions: [{ partition: 0, offset: '2' }] }));
const reset = await outcome(admin.resetOffsets({ groupId, topic: 'orders', earliest: true }));
console.log(JSON.stringify({ groupId, state, before, set, reset, after: await offset() }));
await admin.disconnect();
NODE
members=()
trap '{ kill "${members[@]}" "$server" && wait "$server"; } 2>/dev/null || true; rm -rf "$folder"' EXIT
for protocol in classic consumer; do
  python/bin/python member.py "$broker" "$protocol" "$protocol" >"$protocol.out" 2>"$protocol.err" &
  members+=($!)
  for _ in $(seq 100); do grep -q ready "$protocol.out" && break; sleep 0.3; done
done
state() { kafka consumer.group.ConsumerGroupCommand --describe --group consumer --state | grep '^consumer'; }
before=$(state)
classic=$(node ask.mjs "$broker" classic)
consumer=$(node ask.mjs "$broker" consumer)
printf '%s\n' "$classic" "$consumer" "kafka-consumer-groups before: $before"
grep -q 'must have no running instances' <<<"$classic" && grep -q 'Stable  *1' <<<"$before" &&
  grep -q '"state":"Dead","before":"5","set":"fulfilled","reset":"fulfilled","after":"5"' <<<"$consumer"
