#!/usr/bin/env bash
# bullmq 6.7.0 with the cron-parser 5.10.3 that it brings: an hourly job scheduler is not made, and nobody is told, if its next
# run falls in the hour in which clocks go back by half an hour.
# Expected: upsertJobScheduler resolves with the first job, due at the next full hour (here 02:00 standard time, 15:30 UTC, as
#           croner 11.0.1 says), or rejects. cron-parser's README: "handling DST transitions correctly".
# Seen:     for Australia/Lord_Howe in the night of 2027-04-04 cron-parser says that after 14:10 UTC "0 * * * *" is due at 14:00,
#           ten minutes earlier (from 14:00 on it throws "loop limit exceeded"). BullMQ's promise resolves with undefined, and
#           the queue has no scheduler, no job and no error event. The same call an hour earlier works.
# Needs: redis-server, node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund bullmq@6.7.0 cron-parser@5.10.3 ioredis@6.0.0 croner@11.0.1
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
redis-server --bind 127.0.0.1 --port "$port" --dir "$folder" --save '' >/dev/null &
server=$!
for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
redis-server --version
cat >ask.mjs <<'NODE'
import { Queue } from 'bullmq';
import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';

const [pattern, tz] = ['0 * * * *', 'Australia/Lord_Howe'];
const queue = new Queue('orders', { connection: { host: '127.0.0.1', port: Number(process.argv[2]) } });
const errors = [];
queue.on('error', (error) => errors.push(error.message));
async function schedule(name, from) {
  const startDate = new Date(from);
  const job = await queue.upsertJobScheduler(name, { pattern, tz, startDate }, { name: 'count' });
  let parser;
  try {
    parser = CronExpressionParser.parse(pattern, { tz, currentDate: startDate }).next().toDate().toISOString();
  } catch (error) {
    parser = error.message;
  }
  const schedulers = (await queue.getJobSchedulers()).map(({ key }) => key);
  const croner = new Cron(pattern, { timezone: tz }).nextRun(startDate).toISOString();
  return { from, 'by croner': croner, 'by cron-parser': parser, job: job && 'made', schedulers, jobs: await queue.getDelayedCount() };
}
const earlier = await schedule('earlier', '2027-04-03T13:10:00Z');
const then = await schedule('then', '2027-04-03T14:10:00Z');
console.log(earlier, then, { errors });
await queue.close();
const works = earlier.job === 'made' && earlier['by cron-parser'] === earlier['by croner'];
const nothing = then.job === undefined && then.schedulers.join() === 'earlier' && then.jobs === 1 && errors.length === 0;
process.exitCode = works && nothing && then['by cron-parser'] === '2027-04-03T14:00:00.000Z' ? 0 : 1;
NODE
node ask.mjs "$port"
