#!/usr/bin/env bash
# apache-log-parser 1.7.0 (Python): lines of an access log with a time zone of half hours get a wrong time.
# Expected: the time that Apache writes for %t ends in "a sign and 4 digits", hours and minutes of the zone: 12:00 at +0530 is 06:30
#           UTC, as apachelogs 0.6.1 says of the same line.
# Seen:     the minutes of the zone lose their last digit: +0530 is five hours and three minutes, and 12:00 in India is 06:57 UTC;
#           Nepal, Adelaide and Newfoundland are off alike, zones of whole hours are right. No error.
# Needs: python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check apache-log-parser==1.7.0 apachelogs==0.6.1
cat >ask.py <<'PYTHON'
import sys
from datetime import timezone
from importlib.metadata import version
import apache_log_parser, apachelogs

print("apache-log-parser", version("apache-log-parser"), "apachelogs", version("apachelogs"))
common = '%h %l %u %t "%r" %>s %b'
one, other = apache_log_parser.make_parser(common), apachelogs.LogParser(common)
off = {}
for zone in ["+0000", "+0100", "+0200", "+0530", "+0545", "+0930", "-0330", "-0800"]:
    line = f'192.0.2.1 - - [30/Nov/2026:12:00:00 {zone}] "GET / HTTP/1.1" 200 512'
    read = one(line)["time_received_utc_datetimeobj"].replace(tzinfo=timezone.utc)
    right = other.parse(line).request_time.astimezone(timezone.utc)
    off[zone] = int((read - right).total_seconds() // 60)
    print(f"12:00 {zone}: {right:%H:%M} UTC by apachelogs, {read:%H:%M} by apache-log-parser, {off[zone]} minutes off")
sys.exit(0 if off["+0000"] == 0 and off["+0100"] == 0 and off["+0530"] == 27 and off["-0330"] == -27 else 1)
PYTHON
python/bin/python ask.py
