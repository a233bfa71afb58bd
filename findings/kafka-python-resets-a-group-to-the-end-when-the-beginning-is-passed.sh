#!/usr/bin/env bash
# kafka-python 3.0.12 on Kafka 4.4.0: a group that is set back by more records than there are skips all of them.
# Expected: KafkaAdminClient.reset_group_offsets clamps an explicit offset "to the partition's [earliest, latest] range": a group at
#           3 that is set back by 10 stands at 0, where kafka-consumer-groups --shift-by -10 puts it.
# Seen:     every negative offset becomes the latest one, as the reply for an unknown time does. The group stands at the end, with no
#           error, and what it should have read again it never reads; nor what it had not read yet.
source "$(dirname "$0")/servers/kafka-4.4.0.bash"
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install -q --disable-pip-version-check kafka-python==3.0.12
topic orders
seq 10 | kcat -P -b "$broker" -t orders -p 0
cat >"$folder/ask.py" <<'PYTHON'
import sys
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.structs import OffsetAndMetadata

admin = KafkaAdminClient(bootstrap_servers=sys.argv[1])
partition = TopicPartition("orders", 0)
admin.alter_group_offsets("billing", {partition: OffsetAndMetadata(3, "", None)})
print({f"3 - {back}": admin.reset_group_offsets("billing", {partition: 3 - back})[partition]["offset"] for back in (2, 3)})
print("3 - 10:", admin.reset_group_offsets("billing", {partition: 3 - 10}))
PYTHON
# The coordinator of groups comes up with the first use of one.
kafka consumer.group.ConsumerGroupCommand --group shipping --topic orders:0 --reset-offsets --to-offset 3 --execute >/dev/null
"$folder/python/bin/python" "$folder/ask.py" "$broker"
java_tool=$(kafka consumer.group.ConsumerGroupCommand --group shipping --topic orders:0 --reset-offsets --shift-by -10 --execute)
echo "$java_tool"
committed=$(kafka consumer.group.ConsumerGroupCommand --group billing --describe | awk '$1 == "billing" { print $4, $6 }')
echo "kafka-python's group, offset and lag: $committed"
[ "$committed" = '10 0' ] && grep -q 'shipping *orders *0 *0' <<<"$java_tool"
