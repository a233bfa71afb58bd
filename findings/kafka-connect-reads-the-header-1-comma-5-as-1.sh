#!/usr/bin/env bash
# Kafka Connect 4.4.0: the default header converter drops what stands behind a comma, and zeros in front.
# Expected: SimpleHeaderConverter (the default of header.converter) reads a header as "the most appropriate numeric, boolean, array,
#           or map representation" and writes it as text: what is no number stays a string, and a header that is read and written
#           again is the same.
# Seen:     1,5 is the number 1, the rest is gone. The postal code 01234 is the number 1234, the order 4711e2 is 471100, the version
#           1.10 is 1.1. Headers with ids, codes or amounts arrive changed at the other end of any connector that hands headers on.
source "$(dirname "$0")/servers/kafka-connect-4.4.0.bash"
cat >"$folder/Ask.java" <<'JAVA'
import java.util.Map;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;

public class Ask {
  public static void main(String[] arguments) {
    var headers = new SimpleHeaderConverter();
    headers.configure(Map.of());
    for (var text : new String[] {"1,5", "01234", "4711e2", "1.10", "A,5", "2026-11-30T10:00:00Z"}) {
      var read = headers.toConnectHeader("orders", "header", text.getBytes());
      var written = new String(headers.fromConnectHeader("orders", "header", read.schema(), read.value()));
      System.out.printf("%s -> %s -> %s%n", text, read.schema().type(), written);
    }
  }
}
JAVA
said=$(connect "$folder/Ask.java")
echo "$said"
[ "$said" = '1,5 -> INT8 -> 1
01234 -> INT16 -> 1234
4711e2 -> INT32 -> 471100
1.10 -> FLOAT32 -> 1.1
A,5 -> STRING -> A,5
2026-11-30T10:00:00Z -> STRING -> 2026-11-30T10:00:00Z' ]
