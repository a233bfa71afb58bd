#!/usr/bin/env bash
# pino-roll 4.0.0 (npm) with dots in dateFormat: the limit for old log files does nothing, and the folder grows for ever.
# Expected: limit { count: 3, removeOtherLogFiles: true } keeps three log files beside the active one (README); dateFormat "supports
#           date formats from date-fns", of which the README excludes none.
# Seen:     with yyyy-MM-dd no more than that stay. With yyyy.MM.dd, the usual way to write a date in Germany, the name is split at
#           its dots, no file is taken for a log of this format, and all stay, without an error.
# Needs: node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund pino-roll@4.0.0
cat >ask.mjs <<'NODE'
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import build from 'pino-roll';

console.log('pino-roll', JSON.parse(readFileSync('node_modules/pino-roll/package.json', 'utf8')).version);
const rolls = 12;
async function left(dateFormat) {
  mkdirSync(dateFormat);
  const log = await build({ file: `${dateFormat}/shop`, frequency: 'daily', size: '10b', dateFormat, limit: { count: 3, removeOtherLogFiles: true } });
  for (let number = 1; number <= rolls; number += 1) {
    const removed = once(log, 'cleanup-complete');
    log.write(`order ${number} placed\n`);
    await removed;
  }
  const closed = once(log, 'close');
  log.end();
  await closed;
  const files = readdirSync(dateFormat);
  console.log(`${dateFormat}: ${files.length} files left after ${rolls} rolls`, files);
  return files.length;
}
const dashes = await left('yyyy-MM-dd');
const dots = await left('yyyy.MM.dd');
process.exitCode = dashes <= 4 && dots === rolls + 1 ? 0 : 1;
NODE
node ask.mjs
