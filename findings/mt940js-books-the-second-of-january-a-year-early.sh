#!/usr/bin/env bash
# mt940js 1.3.5: a payment with value date 31 December that the bank booked on 2 January is booked a year too early.
# Expected: field :61: of a SWIFT bank statement (MT940) gives the value date with its year (YYMMDD) and the entry date without
#           one (MMDD), which lies days before or after it: 251231 with 0102 is 2 January 2026, and 260102 with 1231 is
#           31 December 2025. The Python package mt-940 reads both so.
# Seen:     the entry date gets the year of the value date: 2 January 2025 and 31 December 2026, 363 days from the value date.
#           What sorts, closes or matches by it puts every payment around the turn of a year into the wrong one.
# Needs: node 20 or newer with npm, python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund mt940js@1.3.5
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check mt-940==5.1.1
printf '%s\r\n' '' :20:STATEMENT :25:NL91ABNA0417164300EUR :28C:1/1 :60F:C251230EUR100,00 \
  :61:2512310102C50,00NTRFNONREF//B1 ':86:booked after the turn of the year' \
  :61:2601021231C50,00NTRFNONREF//B2 ':86:booked before it' :62F:C260102EUR200,00 - >statement.sta
cat >ask.cjs <<'NODE'
const { readFileSync } = require('node:fs');
const { Parser } = require('mt940js');

const day = (date) => date.toISOString().slice(0, 10);
const [statement] = new Parser().parse(readFileSync('statement.sta', 'utf8'));
for (const { date, entryDate } of statement.transactions) console.log(`${day(date)} ${day(entryDate)}`);
NODE
cat >ask.py <<'PYTHON'
import mt940

for transaction in mt940.parse("statement.sta"):
    print(transaction.data["date"], transaction.data["entry_date"])
PYTHON
node_says=$(TZ=UTC node ask.cjs)
python_says=$(python/bin/python ask.py)
printf 'value and entry date, mt940js:\n%s\nvalue and entry date, mt-940 of Python:\n%s\n' "$node_says" "$python_says"
[ "$node_says" = $'2025-12-31 2025-01-02\n2026-01-02 2026-12-31' ] &&
  [ "$python_says" = $'2025-12-31 2026-01-02\n2026-01-02 2025-12-31' ]
