# Sourced by findings about Apache Kafka 4.4.0: takes the broker and its tools from Maven into a temporary folder, which is
# removed at the end, and starts one broker.
# Needs: java 17 or newer, mvn, python3, kcat.
# Gives: $folder; $broker (127.0.0.1 and a port); kafka CLASS ARGUMENT… (a tool of org.apache.kafka.tools);
#        topic NAME [CONFIG…] (a new topic of one partition).
set -euo pipefail
folder=$(mktemp -d)
server=
trap '{ kill "$server" && wait "$server"; } 2>/dev/null || true; rm -rf "$folder"' EXIT
cat >"$folder/pom.xml" <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>4.4.0</version>
    </dependency>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka-tools</artifactId>
      <version>4.4.0</version>
    </dependency>
  </dependencies>
</project>
XML
mvn -q -B -f "$folder/pom.xml" dependency:copy-dependencies -DoutputDirectory="$folder/jars" >"$folder/mvn.log" 2>&1 ||
  { cat "$folder/mvn.log"; exit 2; }
read -r port controller < <(python3 -c '
import socket
ports = [socket.socket() for _ in range(2)]
for port in ports: port.bind(("127.0.0.1", 0))
print(*(port.getsockname()[1] for port in ports))')
broker=127.0.0.1:$port
cat >"$folder/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://$broker,CONTROLLER://127.0.0.1:$controller
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$folder/logs
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
PROPERTIES
run_java() { java -Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$folder/jars/*" "$@"; }
kafka() { run_java "org.apache.kafka.tools.$1" --bootstrap-server "$broker" "${@:2}" 2>>"$folder/tools.log"; }
topic() {
  local settings=() setting
  for setting in "${@:2}"; do settings+=(--config "$setting"); done
  kafka TopicCommand --create --topic "$1" --partitions 1 "${settings[@]}" >/dev/null
}
run_java kafka.tools.StorageTool format -t Mk3dl3cXQ2mC2q0oQ7s8Xw -c "$folder/server.properties" >"$folder/server.log" 2>&1
run_java kafka.Kafka "$folder/server.properties" >>"$folder/server.log" 2>&1 </dev/null &
server=$!
for _ in $(seq 120); do kcat -L -b "$broker" -m 1 >/dev/null 2>&1 && break; sleep 0.5; done
