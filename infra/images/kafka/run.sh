#!/bin/bash
# As apache/kafka starts: the wrapper turns KAFKA_* variables into settings and formats the data folder, then the broker
# takes this process's place, so that a SIGTERM reaches it.
set -e
export CLUSTER_ID=${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}
classes='/opt/kafka/libs/*'
logging=-Dlog4j2.configurationFile=/etc/kafka/docker/log4j2.properties

set_up() {
  java -XX:TieredStopAtLevel=1 "$logging" -cp "$classes" kafka.docker.KafkaDockerWrapper setup \
    --default-configs-dir /etc/kafka/docker \
    --mounted-configs-dir /mnt/shared/config \
    --final-configs-dir /opt/kafka/config
}

# A container that is started again has formatted its folder before.
output=$(set_up 2>&1) || case $output in
*'already formatted'*) ;;
*) echo "$output" && exit 1 ;;
esac

# shellcheck disable=SC2086
exec java ${KAFKA_HEAP_OPTS:--Xms256m -Xmx512m} ${KAFKA_JVM_PERFORMANCE_OPTS:--XX:+UseSerialGC} "$logging" $KAFKA_OPTS \
  -cp "$classes" kafka.Kafka /opt/kafka/config/server.properties
