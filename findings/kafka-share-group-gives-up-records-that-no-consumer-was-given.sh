#!/usr/bin/env bash
# Kafka 4.4.0: a share group drops records as undeliverable that were never handed to an application.
# Expected: `share.delivery.count.limit` is "the maximum number of delivery attempts for a record": with 2 (the least that is
#           allowed), readers that take and accept one record each, one after the other, get all six records of the topic.
# Seen:     the second reader is the last that gets one. Records are counted as delivered when they are fetched in advance:
#           each reader, kafka-console-share-consumer --max-messages 1, fetches all of them, shows one and closes, which gives
#           the others back with an attempt less. Four of six records are given up unseen, and the group's lag is 0.
source "$(dirname "$0")/servers/kafka-4.4.0.bash"
ls "$folder/jars" | grep '^kafka_'
topic jobs
kafka ConfigCommand --alter --entity-type groups --entity-name workers \
  --add-config share.auto.offset.reset=earliest,share.delivery.count.limit=2 >/dev/null
printf 'job %s\n' 1 2 3 4 5 6 | kcat -P -b "$broker" -t jobs
shown=
for reader in 1 2 3 4; do
  line=$(kafka consumer.ConsoleShareConsumer --topic jobs --group workers --max-messages 1 --timeout-ms 8000 \
    --formatter-property print.offset=true --formatter-property print.delivery=true | grep Offset || true)
  echo "reader $reader: ${line:-nothing in 8 seconds}"
  shown+="$(grep -o 'job .' <<<"$line" || true),"
done
lag=$(kafka consumer.group.ShareGroupCommand --describe --group workers | awk '$2 == "jobs" { print $5 }')
echo "lag of the group: $lag; the topic has $(kcat -C -b "$broker" -t jobs -e -q | wc -l) records"
[ "$shown" = 'job 1,job 2,,,' ] && [ "$lag" = 0 ]
