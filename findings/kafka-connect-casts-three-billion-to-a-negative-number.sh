#!/usr/bin/env bash
# Kafka Connect 4.4.0, transformation Cast: what does not fit into the smaller type becomes another number, without an error.
# Expected: Cast is for "e.g. to force an integer field to a smaller width" (its documentation). A value that has no place there is
#           an error that errors.tolerance and the dead letter queue deal with, as it is for the same number written as text.
# Seen:     three of them for one number: as int64 it wraps round to -1294967296, as float64 it is cut to the largest int32, as a
#           string it is refused. The record goes on to the sink with an amount or an id that nobody ever stored.
source "$(dirname "$0")/servers/kafka-connect-4.4.0.bash"
cat >"$folder/Ask.java" <<'JAVA'
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Cast;

public class Ask {
  public static void main(String[] arguments) {
    ask("int64", Schema.INT64_SCHEMA, 3_000_000_000L);
    ask("float64", Schema.FLOAT64_SCHEMA, 3e9);
    ask("string", Schema.STRING_SCHEMA, "3000000000");
  }

  static void ask(String name, Schema schema, Object value) {
    var cast = new Cast.Value<SourceRecord>();
    cast.configure(Map.of("spec", "int32"));
    try {
      var record = cast.apply(new SourceRecord(Map.of(), Map.of(), "orders", 0, schema, value));
      System.out.printf("%s -> %s%n", name, record.value());
    } catch (DataException refused) {
      System.out.printf("%s -> refused: %s%n", name, refused.getMessage());
    }
  }
}
JAVA
said=$(connect "$folder/Ask.java")
echo "$said"
[ "$said" = 'int64 -> -1294967296
float64 -> 2147483647
string -> refused: Value (3000000000) was out of range for requested data type' ]
