#!/usr/bin/env bash
# ical4j 4.4.0 (Java), the newest: a rule of the Saturdays and Sundays in December lacks one of them, and has a Sunday in November.
# Expected: RFC 5545, 3.3.10: with FREQ=WEEKLY, BYMONTH limits what BYDAY has expanded. FREQ=WEEKLY;BYMONTH=12;BYDAY=SA,SU are the
#           weekends of December, as lib-recur 0.17.1 gives them, and ical4j itself with WKST=MO, which is what the RFC has where no
#           WKST is given.
# Seen:     27 December 2026 is missing and 28 November 2027 is there, as if a month were chosen for a week as a whole, and the week
#           began on Sunday. A rule for Mondays and Fridays in June has a Friday in July, and lacks one in June of the next year.
# Needs: java 17 or newer, mvn.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
dependency() { printf '<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>' "$@"; }
cat >"$folder/pom.xml" <<XML
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>ical4j</artifactId><version>1</version>
  <dependencies>$(dependency org.mnode.ical4j ical4j 4.4.0)$(dependency org.dmfs lib-recur 0.17.1)</dependencies>
</project>
XML
mvn -q -B -f "$folder/pom.xml" dependency:copy-dependencies -DoutputDirectory="$folder/jars" >"$folder/log" 2>&1 ||
  { cat "$folder/log"; exit 2; }
cat >"$folder/Ask.java" <<'JAVA'
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import net.fortuna.ical4j.model.Recur;
import org.dmfs.rfc5545.DateTime;
import org.dmfs.rfc5545.recur.RecurrenceRule;

public class Ask {
  public static void main(String[] arguments) throws Exception {
    ask("FREQ=WEEKLY;BYMONTH=12;BYDAY=SA,SU", LocalDate.of(2026, 12, 5));
    ask("FREQ=WEEKLY;BYMONTH=12;BYDAY=SA,SU;WKST=MO", LocalDate.of(2026, 12, 5));
    ask("FREQ=WEEKLY;BYMONTH=6;BYDAY=MO,FR", LocalDate.of(2026, 6, 1));
    ask("FREQ=WEEKLY;BYDAY=SA,SU", LocalDate.of(2026, 12, 5));
  }

  static void ask(String rule, LocalDate start) throws Exception {
    var end = start.plusMonths(13).withDayOfMonth(1);
    List<String> ical4j = new ArrayList<>(), recur = new ArrayList<>();
    for (var date : new Recur<LocalDate>(rule).getDates(start, start, end)) ical4j.add(date.toString());
    var dates = new RecurrenceRule(rule).iterator(DateTime.parse(start.format(DateTimeFormatter.BASIC_ISO_DATE)));
    for (var date = dates.nextDateTime(); ; date = dates.nextDateTime()) {
      var day = LocalDate.of(date.getYear(), date.getMonth() + 1, date.getDayOfMonth());
      if (day.isAfter(end)) break;
      recur.add(day.toString());
    }
    List<String> missing = new ArrayList<>(recur), added = new ArrayList<>(ical4j);
    missing.removeAll(ical4j);
    added.removeAll(recur);
    System.out.printf("%s: %d by lib-recur; ical4j lacks %s and adds %s%n", rule, recur.size(), missing, added);
  }
}
JAVA
said=$(java -cp "$folder/jars/*" "$folder/Ask.java" 2>"$folder/log") || { cat "$folder/log"; exit 2; }
echo "$said"
[ "$said" = 'FREQ=WEEKLY;BYMONTH=12;BYDAY=SA,SU: 16 by lib-recur; ical4j lacks [2026-12-27, 2027-12-26] and adds [2027-11-28]
FREQ=WEEKLY;BYMONTH=12;BYDAY=SA,SU;WKST=MO: 16 by lib-recur; ical4j lacks [] and adds []
FREQ=WEEKLY;BYMONTH=6;BYDAY=MO,FR: 17 by lib-recur; ical4j lacks [2027-06-04] and adds [2026-07-03]
FREQ=WEEKLY;BYDAY=SA,SU: 113 by lib-recur; ical4j lacks [] and adds []' ]
