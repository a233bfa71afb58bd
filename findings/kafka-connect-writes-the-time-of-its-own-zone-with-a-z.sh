#!/usr/bin/env bash
# Kafka Connect 4.4.0 writes a timestamp as text in the time zone of its own JVM, and puts a Z behind it.
# Expected: a Connect Timestamp is "an absolute time, without timezone information", stored as milliseconds since 1970 in UTC, and
#           2026-11-30T10:09:04.003Z says UTC. Whatever zone the worker stands in, casting to a string gives the same text, a header
#           with this text is this time, and a Date keeps its day.
# Seen:     in Berlin the text is 11:09:04.003Z, in New York 05:09:04.003Z, and a Date becomes the day before. The header that says
#           10:09:04.003Z is read as 09:09:04.003 and 15:09:04.003 UTC. A worker in a zone moves every time that goes through Cast
#           or the default header converter by its offset, and by another one in summer.
source "$(dirname "$0")/servers/kafka-connect-4.4.0.bash"
cat >"$folder/Ask.java" <<'JAVA'
import java.util.Map;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.apache.kafka.connect.transforms.Cast;

public class Ask {
  public static void main(String[] arguments) {
    var time = new java.util.Date(1796033344003L);
    var day = new java.util.Date(20_787 * 86_400_000L);
    var headers = new SimpleHeaderConverter();
    headers.configure(Map.of());
    var read = (java.util.Date) headers.toConnectHeader("orders", "at", "2026-11-30T10:09:04.003Z".getBytes()).value();
    System.out.printf("%s is cast to %s, the day %s to %s, the header is read as %s%n",
        time.toInstant(), cast(Timestamp.SCHEMA, time), day.toInstant().toString().substring(0, 10), cast(Date.SCHEMA, day), read.toInstant());
  }

  static Object cast(Schema schema, Object value) {
    var cast = new Cast.Value<SourceRecord>();
    cast.configure(Map.of("spec", "string"));
    return cast.apply(new SourceRecord(Map.of(), Map.of(), "orders", 0, schema, value)).value();
  }
}
JAVA
for zone in UTC Europe/Berlin America/New_York; do
  said=$(TZ=$zone connect "$folder/Ask.java")
  echo "$zone: $said"
  case $zone in
  UTC) expected='10:09:04.003Z, the day 2026-11-30 to 2026-11-30, the header is read as 2026-11-30T10:09:04.003Z' ;;
  Europe/Berlin) expected='11:09:04.003Z, the day 2026-11-30 to 2026-11-30, the header is read as 2026-11-30T09:09:04.003Z' ;;
  *) expected='05:09:04.003Z, the day 2026-11-30 to 2026-11-29, the header is read as 2026-11-30T15:09:04.003Z' ;;
  esac
  [ "$said" = "2026-11-30T10:09:04.003Z is cast to 2026-11-30T$expected" ]
done
