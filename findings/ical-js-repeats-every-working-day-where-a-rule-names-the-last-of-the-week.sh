#!/usr/bin/env bash
# ical.js 2.2.1: BYSETPOS is ignored, without an error, in all but monthly rules by weekday.
# Expected: "the last working day of the week" (FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1) is every Friday. RFC 5545, 3.3.10, has
#           BYSETPOS for the set of any interval of the rule; the README calls ical.js a parser for RFC 5545. python-dateutil
#           2.9.0.post0 and rrule 2.8.1 agree about all five rules below.
# Seen:     every working day; likewise all Fridays of the last quarter for the last of the year, and 28 to 31 of a month for the
#           last of them. Only with FREQ=MONTHLY and BYDAY the position counts.
# Needs: node 20 or newer with npm, python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ical.js@2.2.1 rrule@2.8.1
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check python-dateutil==2.9.0.post0
cat >ask.py <<'PYTHON'
import sys
from datetime import datetime
from dateutil.rrule import rrulestr

rule, start = sys.argv[1:]
print(" ".join(day.isoformat()[:13] for day in rrulestr(rule, dtstart=datetime.fromisoformat(start))))
PYTHON
cat >ask.mjs <<'NODE'
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import ICAL from 'ical.js';
import rrule from 'rrule';

console.log('ical.js', JSON.parse(readFileSync('node_modules/ical.js/package.json', 'utf8')).version);
function alike(rule, start) {
  const iterator = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromString(start));
  const times = [];
  for (let next = iterator.next(); next && times.length < 20; next = iterator.next()) times.push(next.toString().slice(0, 13));
  const byRrule = rrule.rrulestr(`DTSTART:${start.replaceAll(/[-:]/g, '')}Z\nRRULE:${rule}`).all().map((time) => time.toISOString().slice(0, 13));
  const byDateutil = execFileSync('python/bin/python', ['ask.py', rule, start], { encoding: 'utf8' }).trim();
  const answer = { rule, start, 'ical.js': times.join(' '), rrule: byRrule.join(' '), dateutil: byDateutil };
  console.log(answer);
  return answer.rrule === byDateutil ? answer['ical.js'] === byDateutil : 'the others differ';
}
const monthly = alike('FREQ=MONTHLY;COUNT=4;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', '2026-10-30T09:00:00');
const others = [
  alike('FREQ=WEEKLY;COUNT=4;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', '2026-10-23T09:00:00'),
  alike('FREQ=YEARLY;COUNT=4;BYMONTH=10,11,12;BYDAY=FR;BYSETPOS=-1', '2026-12-25T09:00:00'),
  alike('FREQ=MONTHLY;COUNT=5;BYMONTHDAY=28,29,30,31;BYSETPOS=-1', '2026-01-31T09:00:00'),
  alike('FREQ=DAILY;COUNT=4;BYHOUR=9,12,17;BYSETPOS=-1', '2026-12-25T17:00:00'),
];
process.exitCode = monthly === true && others.every((same) => same === false) ? 0 : 1;
NODE
node ask.mjs
