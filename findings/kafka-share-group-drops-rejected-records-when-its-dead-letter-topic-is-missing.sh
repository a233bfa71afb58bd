#!/usr/bin/env bash
# Kafka 4.4.0: a share group accepts a dead-letter topic that is not there, or that is not allowed to be one, and then drops what
# is rejected.
# Expected: the setting is refused, as a name without the prefix "dlq." should be too (errors.deadletterqueue.topic.name.prefix:
#           "the required prefix"), or rejected records are kept until the topic can take them.
# Seen:     all three settings are accepted without a warning. The rejected record is archived all the same: it is in no
#           dead-letter topic, the group does not get it again, and its lag is 0. No client and no tool is told.
source "$(dirname "$0")/servers/kafka-4.4.0.bash"
ls "$folder/jars" | grep '^kafka_'
topic jobs
topic dlq.closed # without errors.deadletterqueue.group.enable
topic other errors.deadletterqueue.group.enable=true # without the prefix
printf 'order 1' | kcat -P -b "$broker" -t jobs
dropped=0
for target in dlq.missing dlq.closed other; do
  settings=share.auto.offset.reset=earliest,errors.deadletterqueue.copy.record.enable=true,errors.deadletterqueue.topic.name=$target
  answer=$(kafka ConfigCommand --alter --entity-type groups --entity-name "group-$target" --add-config "$settings" | tail -n 1)
  kafka consumer.ConsoleShareConsumer --topic jobs --group "group-$target" --reject --max-messages 1 --timeout-ms 20000 >/dev/null
  again=$(kafka consumer.ConsoleShareConsumer --topic jobs --group "group-$target" --max-messages 1 --timeout-ms 5000 | grep -c order || true)
  lag=$(kafka consumer.group.ShareGroupCommand --describe --group "group-$target" | awk '$2 == "jobs" { print $5 }')
  stored=$({ kcat -C -b "$broker" -t "$target" -e -q 2>/dev/null || true; } | wc -l)
  echo "$target: \"$answer\"; rejected one; delivered again: $again, lag: $lag, records in $target: $stored"
  [ "$again $lag $stored" != '0 0 0' ] || dropped=$((dropped + 1))
done
[ "$dropped" = 3 ]
