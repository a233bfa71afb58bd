#!/usr/bin/env bash
# bullmq 6.7.0: adding a job whose id is taken, or which is a duplicate, resolves with a job whose data was never stored.
# Expected: such a job will "just be ignored and not added to the queue at all" (documentation of job ids): what `add` resolves
#           with is the job that is in the queue under that id, with its data, or something that tells that nothing was added.
# Seen:     a job with the old id and the new data: it looks as if the new order had replaced the old one. A worker gets the old
#           data, getJob with the same id too, and job.getState() of the new object speaks of the old job ("completed").
# Needs: redis-server, node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund bullmq@6.7.0 ioredis@6.0.0
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
redis-server --bind 127.0.0.1 --port "$port" --dir "$folder" --save '' >/dev/null &
server=$!
for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
redis-server --version
cat >ask.mjs <<'NODE'
import { Queue, QueueEvents, Worker } from 'bullmq';

const connection = { host: '127.0.0.1', port: Number(process.argv[2]) };
const queue = new Queue('orders', { connection });
const events = new QueueEvents('orders', { connection });
await events.waitUntilReady();
const worked = [];
const worker = new Worker('orders', async ({ data }) => worked.push(data.mugs), { connection });
async function twice(name, options) {
  const first = await queue.add('order', { mugs: 1 }, options);
  await first.waitUntilFinished(events);
  const second = await queue.add('order', { mugs: 2 }, options);
  const stored = await queue.getJob(second.id);
  return { name, sameId: first.id === second.id, returned: second.data, state: await second.getState(), stored: stored.data };
}
const results = [
  await twice('job id', { jobId: 'cart-1' }),
  await twice('deduplication', { deduplication: { id: 'cart-2', ttl: 60_000 } }),
];
console.log(results, { worked });
await Promise.all([worker, events, queue].map((part) => part.close()));
const asSeen = ({ sameId, returned, state, stored }) => sameId && returned.mugs === 2 && state === 'completed' && stored.mugs === 1;
process.exitCode = results.every(asSeen) && worked.join() === '1,1' ? 0 : 1;
NODE
node ask.mjs "$port"
