#!/usr/bin/env bash
# iovalkey 0.4.0 with `keyPrefix` prefixes the stream of XADD and XREADGROUP, and not that of XGROUP and XINFO.
# Expected: all commands of one client mean the same key by the same name (ioredis 6.0.0 in the same lines does so).
# Seen:     XGROUP CREATE orders … MKSTREAM succeeds on a new, empty stream `orders`; XREADGROUP on `orders` looks at
#           `shop:orders` and says NOGROUP. XINFO GROUPS shows the group on the empty stream, with lag 0.
# Needs: redis-server, node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund iovalkey@0.4.0 ioredis@6.0.0
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
redis-server --bind 127.0.0.1 --port "$port" --dir "$folder" --save '' >/dev/null &
server=$!
for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
redis-server --version
cat >ask.mjs <<'NODE'
import { Redis } from 'ioredis';
import Valkey from 'iovalkey';

async function use(Client) {
  const client = new Client({ port: Number(process.argv[2]), keyPrefix: 'shop:' });
  await client.flushall();
  await client.xadd('orders', '*', 'total', '10');
  await client.xgroup('CREATE', 'orders', 'payment', '0', 'MKSTREAM');
  const read = await client
    .xreadgroup('GROUP', 'payment', 'first', 'STREAMS', 'orders', '>')
    .then(([[, entries]]) => `${entries.length} entry`, (error) => error.message.split(' ')[0]);
  const keys = (await client.keys('*')).sort();
  const [group] = await client.xinfo('GROUPS', 'orders');
  client.disconnect();
  return { keys, read, lag: group[group.indexOf('lag') + 1] };
}
const [ioredis, iovalkey] = [await use(Redis), await use(Valkey)];
console.log({ ioredis, iovalkey });
const asExpected = ioredis.read === '1 entry' && ioredis.keys.join() === 'shop:orders';
const asSeen = iovalkey.read === 'NOGROUP' && iovalkey.keys.join() === 'orders,shop:orders' && iovalkey.lag === 0;
process.exitCode = asExpected && asSeen ? 0 : 1;
NODE
node ask.mjs "$port"
