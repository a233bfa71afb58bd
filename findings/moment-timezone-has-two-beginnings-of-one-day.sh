#!/usr/bin/env bash
# moment-timezone 0.6.6: a day in which clocks go back to midnight has two beginnings, an hour apart.
# Expected: startOf('day') is the same for all times of one day, the earlier of the two midnights, as Moment Timezone's own parser
#           reads "2026-10-25 00:00" here and temporal-polyfill 1.0.8 says.
# Seen:     the Azores (Portugal) go back from 01:00 to 00:00 on 25 October 2026. For times of the first hour the day begins at the
#           first midnight (00:00 UTC), for all later ones at the second (01:00 UTC): a sum per day falls apart in two days of the
#           same date, and a report from startOf('day') lacks the first hour.
# Needs: node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund moment-timezone@0.6.6 temporal-polyfill@1.0.8
cat >ask.mjs <<'NODE'
import moment from 'moment-timezone';
import { Temporal } from 'temporal-polyfill';

console.log('moment-timezone', moment.tz.version, 'moment', moment.version, 'data', moment.tz.dataVersion);
const zone = 'Atlantic/Azores';
const beginnings = {};
let hours = 0;
for (let now = Date.parse('2026-10-25T00:00Z'); now < Date.parse('2026-10-26T01:00Z'); now += 3_600_000) {
  const local = moment.tz(now, zone);
  if (local.format('YYYY-MM-DD') !== '2026-10-25') throw new Error(`${local.format()} is of another day`);
  const right = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).startOfDay().toInstant().toString();
  const seen = local.clone().startOf('day');
  const key = `${seen.format()} (${seen.toISOString()}), by Temporal ${right}`;
  beginnings[key] = (beginnings[key] ?? 0) + 1;
  hours += 1;
}
const parsed = moment.tz('2026-10-25 00:00', zone).toISOString();
console.log(`hours of the day: ${hours}, by their beginning of the day:`, beginnings, 'midnight as parsed:', parsed);
const expected = {
  '2026-10-25T00:00:00Z (2026-10-25T00:00:00.000Z), by Temporal 2026-10-25T00:00:00Z': 1,
  '2026-10-25T00:00:00-01:00 (2026-10-25T01:00:00.000Z), by Temporal 2026-10-25T00:00:00Z': 24,
};
process.exitCode = JSON.stringify(beginnings) === JSON.stringify(expected) && parsed === '2026-10-25T00:00:00.000Z' ? 0 : 1;
NODE
node ask.mjs
