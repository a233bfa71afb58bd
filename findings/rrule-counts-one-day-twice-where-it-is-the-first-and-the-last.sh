#!/usr/bin/env bash
# rrule 2.8.1 (npm): with two positions in BYSETPOS an interval of one day gives this day twice, and both count.
# Expected: "the first and the last of the days after the 28th" is two days in most months and one in February. An occurrence is in
#           the set once: RFC 5545, 3.8.5.3, says that of duplicates "only one recurrence is considered". python-dateutil
#           2.9.0.post0, of which the README calls rrule a "partial port", says so, too.
# Seen:     29 February 2028 twice in all(), so COUNT=8 ends one day early; fetched by between() it is there twice as well. With
#           BYMONTHDAY=29 alone every day comes twice, and COUNT=8 makes four.
# Needs: node 20 or newer with npm, python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund rrule@2.8.1
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
import rrule from 'rrule';

console.log('rrule', JSON.parse(readFileSync('node_modules/rrule/package.json', 'utf8')).version);
const read = (rule, start) => rrule.rrulestr(`DTSTART:${start.replaceAll(/[-:]/g, '')}Z\nRRULE:${rule}`);
const text = (days) => days.map((day) => day.toISOString().slice(0, 10)).join(' ');
function ask(rule, start) {
  const answer = { rule, rrule: text(read(rule, start).all()), dateutil: execFileSync('python/bin/python', ['ask.py', rule, start], { encoding: 'utf8' }).trim() };
  console.log(answer);
  return answer;
}
const start = '2028-01-29T09:00:00';
const ends = 'FREQ=MONTHLY;COUNT=8;BYMONTHDAY=29,30,31;BYSETPOS=1,-1';
const both = ask(ends, start);
const single = ask('FREQ=MONTHLY;COUNT=8;BYMONTHDAY=29;BYSETPOS=1,-1', start);
const one = ask('FREQ=MONTHLY;COUNT=8;BYMONTHDAY=29,30,31;BYSETPOS=-1', '2028-01-31T09:00:00');
const february = text(read(ends, start).between(new Date('2028-02-01'), new Date('2028-03-01')));
console.log({ 'between 1 February and 1 March': february });
const twice = both.rrule.includes('2028-02-29 2028-02-29') && february === '2028-02-29 2028-02-29';
const fewer = new Set(both.rrule.split(' ')).size === 7 && new Set(both.dateutil.split(' ')).size === 8;
const half = new Set(single.rrule.split(' ')).size === 4 && new Set(single.dateutil.split(' ')).size === 8;
process.exitCode = twice && fewer && half && one.rrule === one.dateutil ? 0 : 1;
NODE
node ask.mjs
