#!/usr/bin/env bash
# Kafka 4.4.0: kafka-console-share-consumer --max-messages 1 takes away a delivery attempt from records that it does not show, until
# the share group gives them up unseen.
# Expected: --max-messages is "the maximum number of messages to consume before exiting": a reader that accepts one costs the group
#           that one. With share.delivery.count.limit=2, the least that is allowed, six readers get the six records of a topic.
# Seen:     the second reader is the last that gets one. Each reader fetches all there are, shows one and closes, which gives the
#           others back with an attempt used up. (From the third attempt on the broker hands out fewer at a time, so that a bad
#           record is lost alone; a limit of 2 is below that.) Four of six records are dropped, and the group's lag is 0.
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
