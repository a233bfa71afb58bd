#!/usr/bin/env bash
# node-ical 0.26.1 (npm): an event with a DURATION of days or weeks ends at another time of day if clocks change meanwhile.
# Expected: a duration of days is by the calendar and one of hours is exact (RFC 5545, 3.3.6: the duration of a day "depends on its
#           position in the calendar"): from 12:00 on 24 October 2026 in Berlin P1D ends at 12:00 of the next day, PT24H at 11:00.
#           icalendar 7.3.2 (Python) says so of all days.
# Seen:     P1D ends at 11:00 as PT24H does, and P1W at 11:00 a week later; in spring they end at 13:00. Where no clock changes
#           they are right. No error. (icalendar has the fault the other way round: its PT24H ends at 12:00.)
# Needs: node 20 or newer with npm, python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node-ical@0.26.1
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check icalendar==7.3.2
cat >ask.py <<'PYTHON'
import sys
from icalendar import Calendar

event = Calendar.from_ical(sys.stdin.buffer.read()).walk("VEVENT")[0]
print(event.end.strftime("%d.%m. %H:%M"))
PYTHON
cat >ask.cjs <<'NODE'
const { execFileSync } = require('node:child_process');
const ical = require('node-ical');

console.log('node-ical', require('./node_modules/node-ical/package.json').version);
const local = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', day: '2-digit', month: '2-digit', hour: '2-digit', minute: '2-digit' });
function end(start, duration) {
  const text = [
    'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:findings', 'BEGIN:VEVENT', 'UID:rental', 'DTSTAMP:20260101T000000Z',
    `DTSTART;TZID=Europe/Berlin:${start}`, `DURATION:${duration}`, 'SUMMARY:rental', 'END:VEVENT', 'END:VCALENDAR', '',
  ].join('\r\n');
  const event = Object.values(ical.sync.parseICS(text)).find(({ type }) => type === 'VEVENT');
  const part = Object.fromEntries(local.formatToParts(event.end).map(({ type, value }) => [type, value]));
  return {
    start,
    duration,
    'node-ical': `${part.day}.${part.month}. ${part.hour}:${part.minute}`,
    icalendar: execFileSync('python/bin/python', ['ask.py'], { input: text, encoding: 'utf8' }).trim(),
  };
}
const answers = [
  end('20261024T120000', 'P1D'), end('20261024T120000', 'P1W'), end('20260328T120000', 'P1D'), end('20261120T120000', 'P1D'),
];
const exact = end('20261024T120000', 'PT24H');
console.table([...answers, exact]);
const seen = answers.map((answer) => `${answer['node-ical']}, ${answer.icalendar}`);
const expected = ['25.10. 11:00, 25.10. 12:00', '31.10. 11:00, 31.10. 12:00', '29.03. 13:00, 29.03. 12:00', '21.11. 12:00, 21.11. 12:00'];
process.exitCode = JSON.stringify(seen) === JSON.stringify(expected) && exact['node-ical'] === '25.10. 11:00' ? 0 : 1;
NODE
TZ=UTC node ask.cjs
