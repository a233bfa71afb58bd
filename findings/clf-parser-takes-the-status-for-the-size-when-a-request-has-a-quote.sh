#!/usr/bin/env bash
# clf-parser 0.0.2 (npm): a line whose request or browser has an escaped quote comes out with its fields shifted or cut.
# Expected: Apache writes a quote within a quoted field as \" (mod_log_config, format notes); such a line has the same fields as
#           any other. apachelogs 0.6.1 of Python reads it so.
# Seen:     a search for "mug" in quotes: the request ends in the middle, the status is NaN, the size is 404 (the status), and the
#           browser is where the forwarded address should be. In a report the failed request counts as 404 bytes that were sent
#           with no status. A quote in the browser's name cuts it off.
# Needs: python3 with pip, node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund clf-parser@0.0.2
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check apachelogs==0.6.1
cat >access.log <<'LOG'
192.0.2.1 - - [30/Nov/2026:12:00:00 +0000] "GET /search?q=mug HTTP/1.1" 404 512 "-" "Browser 1"
192.0.2.1 - - [30/Nov/2026:12:00:01 +0000] "GET /search?q=\"mug\" HTTP/1.1" 404 512 "-" "Browser 1"
192.0.2.1 - - [30/Nov/2026:12:00:02 +0000] "GET / HTTP/1.1" 200 512 "-" "Browser \"One\" 1"
LOG
cat >by-python.py <<'PYTHON'
import apachelogs

parser = apachelogs.LogParser(apachelogs.COMBINED)
for entry in map(parser.parse, open("access.log")):
    print("apachelogs:", (entry.request_line, entry.final_status, entry.bytes_sent, entry.headers_in["User-Agent"]))
PYTHON
python/bin/python by-python.py | tee by-python
cat >ask.mjs <<'NODE'
import parse from 'clf-parser';
import { readFileSync } from 'node:fs';

const [plain, quoted, browser] = readFileSync('access.log', 'utf8').trim().split('\n').map((line) => parse(line));
for (const entry of [plain, quoted, browser])
  console.log('clf-parser:', [entry.request, entry.status, entry.body_bytes_sent, entry.http_user_agent, entry.http_x_forwarded_for]);
const shifted = Number.isNaN(quoted.status) && quoted.body_bytes_sent === 404 && quoted.http_x_forwarded_for === 'Browser 1';
process.exitCode = plain.status === 404 && plain.body_bytes_sent === 512 && shifted && browser.http_user_agent === 'Browser \\' ? 0 : 1;
NODE
node ask.mjs
grep -q "('GET /search?q=\"mug\" HTTP/1.1', 404, 512, 'Browser 1')" by-python
