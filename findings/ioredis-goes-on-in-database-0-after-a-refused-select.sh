#!/usr/bin/env bash
# ioredis 6.0.0 asked for a database that the server does not have works on in database 0.
# Expected: a client whose URL names database 99 on a server with 16 rejects its commands (or never gets ready).
# Seen:     one 'error' event ("DB index is out of range"), then 'ready'; writes are stored, in database 0, where they
#           meet whatever another application keeps there.
# Needs: redis-server, node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ioredis@6.0.0
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
redis-server --bind 127.0.0.1 --port "$port" --dir "$folder" --save '' --databases 16 >/dev/null &
server=$!
for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
redis-server --version
cat >ask.mjs <<'NODE'
import { Redis } from 'ioredis';

const port = process.argv[2];
const wrong = new Redis(`redis://127.0.0.1:${port}/99`);
const events = [];
wrong.on('error', (error) => events.push(error.message));
wrong.on('ready', () => events.push('ready'));
const stored = await wrong.set('order', 'for database 99').catch((error) => `refused: ${error.message}`);
const zero = new Redis(`redis://127.0.0.1:${port}/0`);
const found = await zero.get('order');
console.log({ events, stored, foundInDatabase0: found });
const asSeen = stored === 'OK' && found === 'for database 99' && events.includes('ready');
wrong.disconnect();
zero.disconnect();
process.exitCode = asSeen ? 0 : 1;
NODE
node ask.mjs "$port"
