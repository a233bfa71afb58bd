#!/usr/bin/env bash
# kafka-python 3.0.12 on Kafka 4.4.0: two groups are reset to the same offsets, one after the other; the second stays where it was.
# Expected: KafkaAdminClient.reset_group_offsets(group, offsets) takes "a dict mapping TopicPartition to …" a target and moves the
#           group there. A loop over groups with one such dict moves each of them.
# Seen:     offsets given as numbers are taken out of the caller's dict. The first call empties it, the second has nothing to do:
#           it returns {} as for no partitions, and raises nothing. Of a dict that mixes numbers with OffsetSpec.EARLIEST the second
#           group gets a part.
source "$(dirname "$0")/servers/kafka-4.4.0.bash"
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install -q --disable-pip-version-check kafka-python==3.0.12
topic orders
seq 10 | kcat -P -b "$broker" -t orders -p 0
# The coordinator of groups comes up with the first use of one.
for group in billing shipping; do
  kafka consumer.group.ConsumerGroupCommand --group $group --topic orders:0 --reset-offsets --to-offset 7 --execute >/dev/null
done
cat >"$folder/ask.py" <<'PYTHON'
import sys
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient

admin = KafkaAdminClient(bootstrap_servers=sys.argv[1])
start = {TopicPartition("orders", 0): 2}
said = {group: admin.reset_group_offsets(group, start) for group in ("billing", "shipping")}
for group, result in said.items():
    print(f"{group}: {result}")
print("the dict afterwards:", start)
sys.exit(0 if said["billing"] and said["shipping"] == {} and start == {} else 1)
PYTHON
"$folder/python/bin/python" "$folder/ask.py" "$broker"
offsets=$(for group in billing shipping; do
  kafka consumer.group.ConsumerGroupCommand --group $group --describe | awk -v group=$group '$1 == group { print $1, $4 }'
done)
echo "$offsets"
[ "$offsets" = $'billing 2\nshipping 7' ]
