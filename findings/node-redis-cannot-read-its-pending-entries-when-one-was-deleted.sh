#!/usr/bin/env bash
# redis 6.3.1 (the Node client) on Redis 8.10.2: a consumer that asks for its own pending entries after a crash fails for ever,
# when one of them was deleted or trimmed meanwhile.
# Expected: XREADGROUP with an id instead of `>` gives the entries that are pending for the consumer; one that is no longer in
#           the stream comes with nil for its fields (documentation of Redis), and the client's type of a message allows null in
#           xClaim and xAutoClaim.
# Seen:     xReadGroup rejects with "Cannot read properties of null (reading 'length')": the entries that are still there come
#           out neither, with RESP 2 and RESP 3 alike. The same through sendCommand, and ioredis 6.0.0, show what Redis said.
source "$(dirname "$0")/servers/redis-8.10.2.bash"
redis_start
ask INFO server | grep -m 1 redis_version
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund redis@6.3.1 ioredis@6.0.0
for i in 1 2; do ask XADD jobs "$i-1" job "$i" >/dev/null; done
ask XGROUP CREATE jobs workers 0 >/dev/null
ask XREADGROUP GROUP workers first STREAMS jobs '>' >/dev/null
ask XTRIM jobs MAXLEN 1 >/dev/null
cat >ask.mjs <<'NODE'
import { Redis } from 'ioredis';
import { createClient } from 'redis';

const port = process.argv[2];
const seen = {};
for (const RESP of [2, 3]) {
  const client = await createClient({ url: `redis://127.0.0.1:${port}`, RESP }).connect();
  seen[`node-redis, RESP ${RESP}`] = await client
    .xReadGroup('workers', 'first', { key: 'jobs', id: '0' })
    .then(JSON.stringify, (error) => `${error.name}: ${error.message}`);
  seen[`its sendCommand, RESP ${RESP}`] = JSON.stringify(
    await client.sendCommand(['XREADGROUP', 'GROUP', 'workers', 'first', 'STREAMS', 'jobs', '0']),
  );
  client.destroy();
}
const other = new Redis(port);
seen.ioredis = JSON.stringify(await other.xreadgroup('GROUP', 'workers', 'first', 'STREAMS', 'jobs', '0'));
other.disconnect();
console.log(seen);
const failed = (text) => text === "TypeError: Cannot read properties of null (reading 'length')";
const asSeen = failed(seen['node-redis, RESP 2']) && failed(seen['node-redis, RESP 3']);
process.exitCode = asSeen && seen.ioredis === '[["jobs",[["1-1",null],["2-1",["job","2"]]]]]' ? 0 : 1;
NODE
node ask.mjs "$port"
