#!/usr/bin/env bash
# ical.js 2.2.1: a monthly rule with a COUNT and several months ends one early unless it begins in the first of these months.
# Expected: COUNT is the number of occurrences, DTSTART the first of them (RFC 5545, 3.3.10): four quarterly deliveries from
#           1 September are September, December, March and June, as python-dateutil 2.9.0.post0 and rrule 2.8.1 say.
# Seen:     begun in March there are four; begun in June, September or December only three, without an error. Without BYMONTH, or
#           with UNTIL in the place of COUNT, none is missing.
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
print(" ".join(day.date().isoformat() for day in rrulestr(rule, dtstart=datetime.fromisoformat(start))))
PYTHON
cat >ask.mjs <<'NODE'
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import ICAL from 'ical.js';
import rrule from 'rrule';

console.log('ical.js', JSON.parse(readFileSync('node_modules/ical.js/package.json', 'utf8')).version);
function occurrences(rule, start) {
  const iterator = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromString(start));
  const days = [];
  for (let next = iterator.next(); next && days.length < 20; next = iterator.next()) days.push(next.toString().slice(0, 10));
  const byRrule = rrule.rrulestr(`DTSTART:${start.replaceAll(/[-:]/g, '')}Z\nRRULE:${rule}`).all().map((day) => day.toISOString().slice(0, 10));
  const byDateutil = execFileSync('python/bin/python', ['ask.py', rule, start], { encoding: 'utf8' }).trim();
  const answer = { rule, start, 'ical.js': days.join(' '), rrule: byRrule.join(' '), dateutil: byDateutil };
  console.log(answer);
  return { missing: byRrule.length - days.length, agreed: answer.rrule === byDateutil, begins: byDateutil.startsWith(answer['ical.js']) };
}
const quarterly = 'FREQ=MONTHLY;COUNT=4;BYMONTH=3,6,9,12';
const [march, june, september, december] = ['03', '06', '09', '12'].map((month) => occurrences(quarterly, `2026-${month}-01T09:00:00`));
const every = occurrences('FREQ=MONTHLY;COUNT=4', '2026-09-01T09:00:00');
const until = occurrences('FREQ=MONTHLY;UNTIL=20270601T090000;BYMONTH=3,6,9,12', '2026-09-01T09:00:00');
const whole = [march, every, until].every(({ missing, agreed }) => missing === 0 && agreed);
const short = [june, september, december].every(({ missing, agreed, begins }) => missing === 1 && agreed && begins);
process.exitCode = whole && short ? 0 : 1;
NODE
node ask.mjs
