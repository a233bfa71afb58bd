#!/usr/bin/env bash
# Kafka Connect 4.4.0, JsonConverter without schemas: a number of 20 digits arrives as another, negative one.
# Expected: a JSON integer that does not fit into 64 bits with a sign, such as an id that others keep in an unsigned long, is kept
#           exactly, or refused as data that cannot be converted.
# Seen:     it wraps round without an error: 12345678901234567890 is -6101065172474983726, the first number too large the smallest
#           there is. The same number with a point, or an exponent, becomes a double instead. A sink stores the wrong id, and what
#           has the next converter write it again puts it back into a topic.
source "$(dirname "$0")/servers/kafka-connect-4.4.0.bash"
cat >"$folder/Ask.java" <<'JAVA'
import java.util.Map;
import org.apache.kafka.connect.json.JsonConverter;

public class Ask {
  public static void main(String[] arguments) {
    var converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", "false"), false);
    for (var id : new String[] {"9223372036854775807", "9223372036854775808", "12345678901234567890"}) {
      var read = converter.toConnectData("orders", ("{\"id\":" + id + "}").getBytes());
      System.out.printf("%s -> %s%n", id, new String(converter.fromConnectData("orders", read.schema(), read.value())));
    }
  }
}
JAVA
said=$(connect "$folder/Ask.java")
echo "$said"
[ "$said" = '9223372036854775807 -> {"id":9223372036854775807}
9223372036854775808 -> {"id":-9223372036854775808}
12345678901234567890 -> {"id":-6101065172474983726}' ]
