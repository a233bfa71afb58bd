#!/usr/bin/env bash
# papaparse 5.7.1 fed from fast-csv 5.0.8 as a stream: with CRLF line ends, which RFC 4180 asks for, the last column has another
# name and its values end in a carriage return.
# Expected: the same rows as from the same file read whole: papaparse finds the line end by itself (its option `newline`: "leave
#           blank to auto-detect").
# Seen:     what comes first decides. fast-csv hands out the line end with the row after it, so that the first chunk is the header
#           without one; papaparse then takes LF for all of the file: column "price\r", values "2.50\r", no error. Any sender that
#           flushes within the first line does it. With `newline: '\r\n'` all is as expected.
# Needs: node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund papaparse@5.7.1 fast-csv@5.0.8
cat >ask.mjs <<'NODE'
import { format } from 'fast-csv';
import Papa from 'papaparse';

async function read(options) {
  const writer = format({ headers: true, rowDelimiter: '\r\n' });
  const parser = writer.pipe(Papa.parse(Papa.NODE_STREAM_INPUT, { header: true, ...options }));
  writer.write({ code: 'mug', price: '2.50' });
  writer.write({ code: 'plate', price: '3.50' });
  writer.end();
  return JSON.stringify(await parser.toArray());
}
const whole = JSON.stringify(Papa.parse('code,price\r\nmug,2.50\r\nplate,3.50', { header: true }).data);
const streamed = await read({});
const told = await read({ newline: '\r\n' });
console.log(`read whole:           ${whole}\nas a stream:          ${streamed}\nwith newline: '\\r\\n': ${told}`);
const wrong = '[{"code":"mug","price\\r":"2.50\\r"},{"code":"plate","price\\r":"3.50"}]';
process.exitCode = streamed === wrong && told === whole ? 0 : 1;
NODE
node ask.mjs
