#!/usr/bin/env bash
# Kafka 4.4.0, share groups: a record that is copied to the dead-letter topic arrives there without its headers and with another
# time.
# Expected: errors.deadletterqueue.copy.record.enable: "whether to copy the original record onto the DLQ topic, or just write a
#           record containing the context information headers" (documentation of the setting): the copy has what the original
#           had, its headers beside the context's.
# Seen:     key and value only. The trace of the message and its type, which headers carry, are gone, and the timestamp is that of
#           the copy. Who wants them has to read the original by the offset in the context, while the topic still has it.
source "$(dirname "$0")/servers/kafka-4.4.0.bash"
ls "$folder/jars" | grep '^kafka_'
topic jobs
topic dlq.jobs errors.deadletterqueue.group.enable=true
settings=share.auto.offset.reset=earliest,errors.deadletterqueue.topic.name=dlq.jobs,errors.deadletterqueue.copy.record.enable=true
kafka ConfigCommand --alter --entity-type groups --entity-name workers --add-config "$settings" >/dev/null
printf 'order 1' | kcat -P -b "$broker" -t jobs -k cart -H traceparent=00-4bf9-01 -H type=OrderPlaced
kafka consumer.ConsoleShareConsumer --topic jobs --group workers --reject --max-messages 1 --timeout-ms 20000 >/dev/null
for _ in $(seq 40); do [ -n "$(kcat -C -b "$broker" -t dlq.jobs -e -q)" ] && break; sleep 0.5; done
show() { kcat -C -b "$broker" -t "$1" -e -q -f '%k|%s|%h|%T'; }
IFS='|' read -r key value headers time < <(show jobs; echo)
IFS='|' read -r copied_key copied_value copied_headers copied_time < <(show dlq.jobs; echo)
echo "original: $key, $value, $headers, at $time"
echo "copy:     $copied_key, $copied_value, $copied_headers, at $copied_time"
[ "$copied_key" = cart ] && [ "$copied_value" = 'order 1' ] && grep -q '__dlq.errors.offset=0' <<<"$copied_headers" &&
  grep -q 'type=OrderPlaced' <<<"$headers" && ! grep -q 'traceparent\|OrderPlaced' <<<"$copied_headers" && [ "$copied_time" -gt "$time" ]
