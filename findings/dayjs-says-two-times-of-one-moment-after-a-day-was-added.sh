#!/usr/bin/env bash
# dayjs 1.11.23 with its timezone plugin: a day added across the change of clocks keeps the old offset, and the result is two
# moments at once.
# Expected: 18:00 in Berlin and one day is 18:00 of the next day, which begins summer time: 18:00+02:00, 16:00 UTC, by format(),
#           toISOString() and valueOf() alike, whatever the time zone of the process, as luxon 3.7.2 and temporal-polyfill 1.0.8 say.
# Seen:     format() is 18:00+01:00, an offset that Berlin does not have that day, and so an hour late. toISOString() is 17:00 UTC
#           if the process runs with TZ=UTC, and 16:00 UTC, another time than format() gives, if it runs with TZ=Europe/Berlin.
# Needs: node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund dayjs@1.11.23 luxon@3.7.2 temporal-polyfill@1.0.8
cat >ask.mjs <<'NODE'
import { readFileSync } from 'node:fs';
import dayjs from 'dayjs';
import timezone from 'dayjs/plugin/timezone.js';
import utc from 'dayjs/plugin/utc.js';
import { DateTime } from 'luxon';
import { Temporal } from 'temporal-polyfill';

console.log('dayjs', JSON.parse(readFileSync('node_modules/dayjs/package.json', 'utf8')).version, `TZ=${process.env.TZ}`);
dayjs.extend(utc);
dayjs.extend(timezone);
const zone = 'Europe/Berlin';
const next = dayjs.tz('2026-03-28 18:00', zone).add(1, 'day');
const seen = {
  'format()': next.format(),
  'toISOString()': next.toISOString(),
  luxon: DateTime.fromISO('2026-03-28T18:00', { zone }).plus({ days: 1 }).toUTC().toISO(),
  Temporal: Temporal.PlainDateTime.from('2026-03-28T18:00').toZonedDateTime(zone).add({ days: 1 }).toInstant().toString(),
};
console.log(seen);
const right = '2026-03-29T16:00:00.000Z';
const agreed = seen.luxon === right && Date.parse(seen.Temporal) === Date.parse(right);
const hour = { UTC: '17', [zone]: '16' }[process.env.TZ];
const asSeen = seen['format()'] === '2026-03-29T18:00:00+01:00' && seen['toISOString()'] === `2026-03-29T${hour}:00:00.000Z`;
process.exitCode = agreed && asSeen ? 0 : 1;
NODE
TZ=UTC node ask.mjs
TZ=Europe/Berlin node ask.mjs
