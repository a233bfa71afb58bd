#!/usr/bin/env bash
# edifact 1.2.12 (npm): an interchange that begins with a service string advice cannot be read if its first piece ends within it.
# Expected: the README calls it a streaming parser that has support for the UNA header, with write() "to write some data" and end()
#           to close: where a stream is cut into pieces does not matter.
# Seen:     cut anywhere else, the interchange is read as it is in one piece. Cut after one to eight characters (the UNA segment has
#           nine), write() throws "Invalid character : after reading segment name UNA", as it does when fed character by character.
# Needs: node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund edifact@1.2.12
cat >ask.mjs <<'NODE'
import { readFileSync } from 'node:fs';
import Parser from 'edifact/parser.js';

console.log('edifact', JSON.parse(readFileSync('node_modules/edifact/package.json', 'utf8')).version);
const order = [
  "UNA:+,? '", "UNB+UNOC:3+4012345000009:14+4012345000016:14+261130:1200+1'", "UNH+1+ORDERS:D:96A:UN'", "BGM+220+4711+9'",
  "LIN+1++4012345678901:EN'", "QTY+21:2,5'", "UNT+5+1'", "UNZ+1+1'",
].join('');
function read(pieces) {
  const parser = new Parser();
  const seen = [];
  parser.on('opensegment', (name) => seen.push(name));
  parser.on('component', (data) => seen.push(data));
  try {
    for (const piece of pieces) parser.write(piece);
    parser.end();
    return seen.join(' ');
  } catch (error) {
    return error.message;
  }
}
const whole = read([order]);
console.log('in one piece:', whole);
const different = [];
for (let cut = 1; cut < order.length; cut += 1) {
  const pieces = read([order.slice(0, cut), order.slice(cut)]);
  if (pieces !== whole) different.push({ cut, pieces });
}
console.log('in two pieces, cut after:', different);
const asSeen = different.length === 8 && different.every(({ cut, pieces }, index) => cut === index + 1 && pieces.includes('segment name UNA'));
process.exitCode = asSeen && whole.startsWith('UNB UNOC 3') && read([...order]).includes('segment name UNA') ? 0 : 1;
NODE
node ask.mjs
