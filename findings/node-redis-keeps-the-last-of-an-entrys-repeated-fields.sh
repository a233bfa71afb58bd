#!/usr/bin/env bash
# redis 6.3.1 (the Node client): an entry whose field occurs twice comes out with the last value only.
# Expected: an entry of a stream is a list of fields and values; what XADD stored, XRANGE and XREADGROUP give back (the
#           client's own raw reply has both).
# Seen:     entries are made into objects: `step open step close` is `{ step: 'close' }`, without an error or a hint. A
#           consumer that acknowledges it has dropped half of it.
# Needs: redis-server, redis-cli, node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund redis@6.3.1
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
redis-server --bind 127.0.0.1 --port "$port" --dir "$folder" --save '' >/dev/null &
server=$!
for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
redis-server --version
redis-cli -p "$port" XADD doors 1-1 step open step close >/dev/null
cat >ask.mjs <<'NODE'
import { createClient } from 'redis';

const client = await createClient({ url: `redis://127.0.0.1:${process.argv[2]}` }).connect();
await client.xGroupCreate('doors', 'log', '0');
const raw = await client.sendCommand(['XRANGE', 'doors', '-', '+']);
const ranged = await client.xRange('doors', '-', '+');
const read = await client.xReadGroup('log', 'first', { key: 'doors', id: '>' });
console.log(JSON.stringify({ raw: raw[0][1], ranged: ranged[0].message, read: read[0].messages[0].message }));
client.destroy();
const last = ({ message }) => JSON.stringify(message) === '{"step":"close"}';
process.exitCode = raw[0][1].length === 4 && last(ranged[0]) && last(read[0].messages[0]) ? 0 : 1;
NODE
node ask.mjs "$port"
