#!/usr/bin/env bash
# cronosjs 1.7.1 (npm): a day of the week written as 0-7 means Sundays alone.
# Expected: the README allows "0-7 or SUN-SAT" and ranges in this field. 0-7 is every day, as cron-parser 5.10.6, croner 11.0.1
#           (npm) and croniter 7.0.0 (Python) say; cronosjs itself reads 0-6 and 1-7 as every day.
# Seen:     "30 9 * * 0-7" is due once a week, without an error and with an empty list of warnings: both ends become 0 before the
#           range is made. 0-7/2 is Sundays alone, too.
# Needs: node 20 or newer with npm, python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cronosjs@1.7.1 cron-parser@5.10.6 croner@11.0.1
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check croniter==7.0.0
cat >ask.py <<'PYTHON'
import sys
from datetime import datetime
from croniter import croniter

times = croniter(sys.argv[1], datetime(2026, 11, 30, 12))
print(" ".join(times.get_next(datetime).strftime("%a") for _ in range(7)))
PYTHON
cat >ask.mjs <<'NODE'
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
import cronos from 'cronosjs';

console.log('cronosjs', JSON.parse(readFileSync('node_modules/cronosjs/package.json', 'utf8')).version);
const from = new Date('2026-11-30T12:00:00Z');
const text = (times) => times.map((time) => time.toUTCString().slice(0, 3)).join(' ');
const daily = 'Tue Wed Thu Fri Sat Sun Mon';
function ask(days) {
  const pattern = `30 9 * * ${days}`;
  const expression = cronos.CronosExpression.parse(pattern, { timezone: 'UTC' });
  const parser = CronExpressionParser.parse(pattern, { tz: 'UTC', currentDate: from });
  const times = [];
  for (let after = from; times.length < 7; times.push(after)) after = expression.nextDate(after);
  const answer = {
    pattern,
    cronosjs: text(times),
    warnings: expression.warnings.length,
    'cron-parser': text(Array.from({ length: 7 }, () => parser.next().toDate())),
    croner: text(new Cron(pattern, { timezone: 'UTC' }).nextRuns(7, from)),
    croniter: execFileSync('python/bin/python', ['ask.py', pattern], { encoding: 'utf8' }).trim(),
  };
  console.log(answer);
  return answer;
}
const whole = ask('0-7');
const others = [ask('0-6'), ask('1-7')];
const agreed = [whole, ...others].every((answer) => [answer['cron-parser'], answer.croner, answer.croniter].every((days) => days === daily));
const sundays = whole.cronosjs === 'Sun Sun Sun Sun Sun Sun Sun' && whole.warnings === 0;
process.exitCode = agreed && sundays && others.every(({ cronosjs }) => cronosjs === daily) ? 0 : 1;
NODE
node ask.mjs
