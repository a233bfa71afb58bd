#!/usr/bin/env bash
# Redisson 4.7.0 on Redis 8.10.2: a group whose pending entries were all given back by XNACK has, it says, nothing pending.
# Expected: RStream.getPendingInfo gives the total of pending entries and the lowest and highest id. After XNACK entries stay in the
#           group's list without a consumer until somebody claims them: XPENDING's summary is 3, the ids, and no consumer.
# Seen:     where the summary names no consumer, Redisson takes it for an empty one: total 0, ids null. The same client's
#           listGroups says 3. A monitor that asks for the total says "all done" just when every worker has given its work back.
# Needs: java 17 or newer, mvn.
source "$(dirname "$0")/servers/redis-8.10.2.bash"
cat >"$folder/pom.xml" <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>redisson</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.redisson</groupId><artifactId>redisson</artifactId><version>4.7.0</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B -f "$folder/pom.xml" dependency:copy-dependencies -DoutputDirectory="$folder/jars" >"$folder/mvn.log" 2>&1 ||
  { cat "$folder/mvn.log"; exit 2; }
redis_start
ask INFO server | grep redis_version
for order in 1 2 3; do ask XADD orders "$order-0" order "$order" >/dev/null; done
ask XGROUP CREATE orders packers 0 >/dev/null
ask XREADGROUP GROUP packers ann STREAMS orders '>' >/dev/null
cat >"$folder/Ask.java" <<'JAVA'
import org.redisson.Redisson;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

public class Ask {
  public static void main(String[] arguments) {
    var config = new Config();
    config.useSingleServer().setAddress("redis://127.0.0.1:" + arguments[0]).setConnectionMinimumIdleSize(1).setConnectionPoolSize(2);
    var redisson = Redisson.create(config);
    var orders = redisson.<String, String>getStream("orders", StringCodec.INSTANCE);
    var pending = orders.getPendingInfo("packers");
    System.out.printf("getPendingInfo %d from %s, listGroups %d%n",
        pending.getTotal(), pending.getLowestId(), orders.listGroups().get(0).getPending());
    redisson.shutdown();
  }
}
JAVA
said() { java -cp "$folder/jars/*" "$folder/Ask.java" "$port" 2>>"$folder/log"; }
handed_out=$(said)
ask XNACK orders packers FAIL IDS 3 1-0 2-0 3-0 >/dev/null
given_back=$(said)
summary=$(ask XPENDING orders packers | tr '\n' ' ')
echo "handed out: $handed_out"
echo "given back: $given_back, XPENDING of the server: $summary"
[ "$handed_out" = 'getPendingInfo 3 from 1-0, listGroups 3' ] && [ "$given_back" = 'getPendingInfo 0 from null, listGroups 3' ] &&
  [[ $summary = '3 1-0 3-0'* ]]
