#!/usr/bin/env bash
# Kafka Connect 4.4.0, JsonConverter: NaN and the infinities become 0 on the way through a topic.
# Expected: what the converter writes for a value of the schema float64 it reads as the same value, or one of both ways refuses it.
# Seen:     it writes the string "NaN" (or "Infinity") where its own schema beside it says double, and reads each such string as 0.0,
#           with no error. A sensor that failed, or a rate that was divided by nothing, arrives in the sink as a measured zero.
source "$(dirname "$0")/servers/kafka-connect-4.4.0.bash"
cat >"$folder/Ask.java" <<'JAVA'
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.json.JsonConverter;

public class Ask {
  public static void main(String[] arguments) {
    var converter = new JsonConverter();
    converter.configure(Map.of(), false);
    for (var value : new double[] {19.99, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      var written = converter.fromConnectData("rates", Schema.FLOAT64_SCHEMA, value);
      System.out.printf("%s -> %s -> %s%n", value, new String(written), converter.toConnectData("rates", written).value());
    }
  }
}
JAVA
said=$(connect "$folder/Ask.java")
echo "$said"
schema='{"schema":{"type":"double","optional":false},"payload"'
[ "$said" = "19.99 -> $schema:19.99} -> 19.99
NaN -> $schema:\"NaN\"} -> 0.0
Infinity -> $schema:\"Infinity\"} -> 0.0
-Infinity -> $schema:\"-Infinity\"} -> 0.0" ]
