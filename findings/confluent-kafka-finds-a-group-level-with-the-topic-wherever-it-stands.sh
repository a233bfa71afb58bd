#!/usr/bin/env bash
# confluent-kafka 2.16.1 (Python) on Kafka 4.4.0: two positions of a partition are equal, whatever their offsets.
# Expected: consumer.committed(partitions) == consumer.position(partitions) tells whether all that was read is committed: both are
#           TopicPartition with `offset`, as kafka-python 3.0.12's OffsetAndMetadata, which compares offsets.
# Seen:     one of five is committed, and the comparison is True. Equality and hash look at topic and partition only (its
#           documentation does not say so; `offset` stands beside them in the constructor): a set of positions keeps the first,
#           and a script that waits until a group has caught up goes on at once.
# Needs (beyond the server's): python3 with pip.
source "$(dirname "$0")/servers/kafka-4.4.0.bash"
cd "$folder"
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check confluent-kafka==2.16.1 kafka-python==3.0.12
topic orders
seq 1 5 | kcat -P -b "$broker" -t orders
cat >ask.py <<'PYTHON'
import sys
import confluent_kafka, kafka
from confluent_kafka import Consumer, TopicPartition
from kafka.structs import OffsetAndMetadata

print("confluent-kafka", confluent_kafka.version(), "librdkafka", confluent_kafka.libversion()[0])
consumer = Consumer({"bootstrap.servers": sys.argv[1], "group.id": "payment", "enable.auto.commit": False})
partitions = [TopicPartition("orders", 0)]
consumer.assign([TopicPartition("orders", 0, 0)])
messages = []
while len(messages) < 5:
    messages += consumer.consume(5, timeout=1)
consumer.commit(messages[0], asynchronous=False)
committed, position = consumer.committed(partitions), consumer.position(partitions)
consumer.close()
equal, kept = committed == position, {*committed, *position}
print("committed", committed[0].offset, "position", position[0].offset, "equal:", equal, "in a set:", [entry.offset for entry in kept])
other = OffsetAndMetadata(1, "", -1) == OffsetAndMetadata(5, "", -1)
print("kafka-python", kafka.__version__, "1 and 5 equal:", other)
sys.exit(0 if (committed[0].offset, position[0].offset, equal, len(kept), other) == (1, 5, True, 1, False) else 1)
PYTHON
python/bin/python ask.py "$broker"
