#!/usr/bin/env bash
# mt-940 5.1.1 (Python): a credit that the bank took back counts as money received, a second time.
# Expected: in field :61: of a SWIFT bank statement (MT940) the mark RC is the reversal of a credit, money that goes, and RD the
#           reversal of a debit, money that comes (SWIFT's description of the field). The package's amounts carry a sign: those
#           marked D are negative, so that the opening balance and all amounts add up to the closing balance.
# Seen:     the sign looks at D alone. RC is positive like C: a payment of 50 that came and was taken back adds 100 instead of 0.
#           The npm package mt940js reads the same statement and finds that its sums agree.
# Needs: python3 with pip, node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund mt940js@1.3.5
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check mt-940==5.1.1
printf '%s\r\n' '' :20:STATEMENT :25:NL91ABNA0417164300EUR :28C:1/1 :60F:C261102EUR100,00 \
  :61:2611021102C50,00NTRFNONREF//B1 ':86:order 1' :61:2611031103RC50,00NTRFNONREF//B2 ':86:order 1, taken back' \
  :61:2611041104D20,00NTRFNONREF//B3 ':86:paper' :61:2611051105RD20,00NTRFNONREF//B4 ':86:paper, came back' \
  :62F:C261105EUR100,00 - >statement.sta
cat >ask.py <<'PYTHON'
import sys
import mt940

statement = mt940.parse("statement.sta")
amounts = [(entry.data["status"], entry.data["amount"].amount) for entry in statement]
opening = statement.data["final_opening_balance"].amount.amount
closing = statement.data["final_closing_balance"].amount.amount
total = opening + sum(amount for _, amount in amounts)
print("amounts:", [f"{status} {amount}" for status, amount in amounts])
print(f"opening balance and all amounts: {total}, closing balance: {closing}")
sys.exit(0 if [float(amount) for _, amount in amounts] == [50, 50, -20, 20] and (total, closing) == (200, 100) else 1)
PYTHON
python/bin/python ask.py
node -e "
  const { Parser } = require('mt940js');
  const [statement] = new Parser().parse(require('node:fs').readFileSync('statement.sta', 'utf8'));
  console.log('mt940js adds it up, closing balance:', statement.closingBalance);"
