#!/usr/bin/env bash
# date-fns 4.4.0 with @date-fns/tz 1.5.0: the start of an hour is after the time that it was asked for, in the night in which clocks
# go back, and which times are wrong depends on the time zone of the process.
# Expected: startOfHour is the beginning of the hour that the time is in, never later than it; temporal-polyfill 1.0.8 and luxon 3.7.2
#           say so for every half hour. The README of @date-fns/tz: its dates "perform all calculations in the given time zone rather
#           than the system time zone".
# Seen:     in Europe/Berlin the hour from 02:00 to 03:00 comes twice in the night of 25 October 2026. With TZ=UTC what happens
#           in the first is counted in the second (00:30 UTC begins at 01:00 UTC), with TZ=Europe/Berlin the other way round.
# Needs: node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund date-fns@4.4.0 @date-fns/tz@1.5.0 temporal-polyfill@1.0.8 luxon@3.7.2
cat >ask.mjs <<'NODE'
import { readFileSync } from 'node:fs';
import { TZDate } from '@date-fns/tz';
import { startOfHour } from 'date-fns';
import { DateTime } from 'luxon';
import { Temporal } from 'temporal-polyfill';

for (const name of ['date-fns', '@date-fns/tz']) console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version);
const zone = 'Europe/Berlin';
const time = (milliseconds) => new Date(milliseconds).toISOString().slice(11, 16);
const wrong = [];
for (let now = Date.parse('2026-10-24T20:00Z'); now < Date.parse('2026-10-25T06:00Z'); now += 1_800_000) {
  const right = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).round({ smallestUnit: 'hour', roundingMode: 'floor' }).epochMilliseconds;
  if (DateTime.fromMillis(now, { zone }).startOf('hour').toMillis() !== right) wrong.push('luxon differs');
  const start = startOfHour(new TZDate(now, zone)).getTime();
  if (start !== right) wrong.push(`${time(now)} begins at ${time(start)}, not ${time(right)}`);
}
console.log(`TZ=${process.env.TZ}, times in UTC:`, wrong);
const expected = {
  UTC: ['00:00 begins at 01:00, not 00:00', '00:30 begins at 01:00, not 00:00'],
  [zone]: ['01:00 begins at 00:00, not 01:00', '01:30 begins at 00:00, not 01:00'],
};
process.exitCode = JSON.stringify(wrong) === JSON.stringify(expected[process.env.TZ]) ? 0 : 1;
NODE
TZ=UTC node ask.mjs
TZ=Europe/Berlin node ask.mjs
