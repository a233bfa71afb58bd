#!/usr/bin/env bash
# cron 4.4.0 (the npm package): where clocks go back by half an hour the next time of a job lies before the time it is asked for.
# Expected: the next time is later than the one it is asked from, and its minute is one of the pattern's, as with croner 11.0.1.
# Seen:     in the zone Australia/Lord_Howe, on the night of 2027-04-04, every ten minutes: from 01:50 summer time on the times go
#           01:30 (standard, right), then 01:40 and 01:50 of summer time, which are over, and round again; the night is never
#           left. An hourly job at minute 0 gets a run at 01:30. Half hours are what this zone's clocks move by each year.
# Needs: node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cron@4.4.0 croner@11.0.1 luxon@3.7.2
cat >ask.mjs <<'NODE'
import { CronTime } from 'cron';
import { Cron } from 'croner';
import { DateTime } from 'luxon';

const zone = 'Australia/Lord_Howe';
const text = (time) => time.setZone(zone).toFormat('HH:mm ZZ');
function times(pattern, from, count) {
  const cron = [];
  for (let time = DateTime.fromISO(from, { zone }); cron.length < count; )
    cron.push((time = new CronTime(pattern, zone).getNextDateFrom(time, zone)));
  const croner = new Cron(pattern, { timezone: zone }).nextRuns(count, new Date(from)).map((date) => DateTime.fromJSDate(date));
  return { cron, croner };
}
const rises = (list) => list.every((time, index) => index === 0 || time > list[index - 1]);
const tens = times('*/10 * * * *', '2027-04-03T14:45:00Z', 6);
const hourly = times('0 * * * *', '2027-04-03T13:30:00Z', 3);
for (const [name, { cron, croner }] of Object.entries({ 'every ten minutes': tens, 'every hour': hourly }))
  console.log(`${name}\n  cron:   ${cron.map(text).join(', ')}\n  croner: ${croner.map(text).join(', ')}`);
const wrong = !rises(tens.cron) && text(hourly.cron[1]).startsWith('01:30');
const right = rises(tens.croner) && hourly.croner.every((time) => text(time).includes(':00 '));
process.exitCode = wrong && right ? 0 : 1;
NODE
node ask.mjs
