#!/usr/bin/env bash
# nsyslog-parser 0.10.1 (npm), the newest: one quote in one value, and every field of a syslog message is lost.
# Expected: its README: it parses RFC 5424 and its structured data. RFC 5424, 6.3.3: in a value a quote is written \", a backslash
#           \\ and a bracket \]; so name="ruler 6\"" is the name `ruler 6"`, as glossy 0.1.7 reads it.
# Seen:     structuredData is empty, without an error, and the fields stand in front of the message as text. The other two escapes
#           keep their backslash. Two escaped quotes in a value have the same effect.
# Needs: node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund nsyslog-parser@0.10.1 glossy@0.1.7
cat >ask.cjs <<'NODE'
const parse = require('nsyslog-parser');
const { Parse: glossy } = require('glossy');

const seen = {};
for (const name of ['ruler', 'ruler 6\\"', '\\"ruler\\"', 'a\\\\b', 'a\\]b']) {
  const line = `<165>1 2026-11-30T12:00:00.003Z till shop 12 SOLD [shop@32473 order="1" name="${name}"] sold`;
  const { structuredData, message } = parse(line);
  const fields = structuredData.map(({ order, name }) => `${order} ${name}`);
  seen[name] = { nsyslog: fields.join(), message, glossy: Object.values(glossy.parse(line).structuredData['shop@32473']).join(' ') };
}
console.log(seen);
const lost = ['ruler 6\\"', '\\"ruler\\"'].every((name) => seen[name].nsyslog === '' && seen[name].message.startsWith('[shop@32473'));
const kept = seen.ruler.nsyslog === '1 ruler' && seen['a\\\\b'].nsyslog === '1 a\\\\b';
process.exitCode = lost && kept && seen['ruler 6\\"'].glossy === '1 ruler 6"' ? 0 : 1;
NODE
node ask.cjs
