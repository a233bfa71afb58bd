#!/usr/bin/env bash
# iso20022.js 0.0.15 (npm), the newest: amounts of a bank statement in yen or dinars are wrong by powers of ten, and cents are not whole.
# Expected: Amt is a decimal number in units of the currency, with the digits that ISO 4217 gives it (ISO 20022). The library turns it
#           into the smallest unit, 12.34 euros into 1234 (parseAmountToMinorUnits, of the currency's precision): so 1234 of 1,234 yen,
#           which has no smaller unit, 1234 of 1.234 Kuwaiti dinars, and 29 of 0.29 euros.
# Seen:     every number is multiplied by 100 as it is: 123400 yen, 123.4 of the dinars' thousandths, and of 20,000 amounts from 0.00
#           to 199.99 euros 2,293 are no whole number of cents. 0.29 is 28.999999999999996, of which Math.trunc and BigInt make 28 and
#           an error. camt053 0.0.23 for Python leaves the text as the bank wrote it.
# Needs: node 20 or newer with npm, python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund iso20022.js@0.0.15
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check camt053==0.0.23
cat >ask.mjs <<'NODE'
import { writeFileSync } from 'node:fs';
import { CashManagementEndOfDayReport } from 'iso20022.js';

const statement = (balances) => `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
  <GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-30T20:00:00+01:00</CreDtTm></GrpHdr>
  <Stmt><Id>S1</Id><CreDtTm>2026-11-30T20:00:00+01:00</CreDtTm><Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id>
    <Svcr><FinInstnId><BIC>ABNANL2A</BIC></FinInstnId></Svcr></Acct>
    ${balances
      .map(([currency, amount]) => `<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="${currency}">${amount}</Amt>
      <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-30</Dt></Dt></Bal>`)
      .join('\n')}
  </Stmt></BkToCstmrStmt></Document>`;
const read = (balances) => CashManagementEndOfDayReport.fromXML(statement(balances)).statements[0].balances.map(({ amount }) => amount);

const few = [['EUR', '12.34'], ['EUR', '0.29'], ['JPY', '1234'], ['KWD', '1.234']];
writeFileSync('statement.xml', statement(few));
console.log('iso20022.js', read(few).join(' '));
const many = Array.from({ length: 20_000 }, (_, cents) => ['EUR', (cents / 100).toFixed(2)]);
console.log('not whole', read(many).filter((amount) => !Number.isInteger(amount)).length, 'of', many.length);
NODE
cat >ask.py <<'PYTHON'
import camt053

balances = camt053.parse_document(open("statement.xml").read()).statements[0].balances
print("camt053", *[balance.amount for balance in balances])
PYTHON
{ node ask.mjs; python/bin/python ask.py; } | tee said
cat >seen <<'SEEN'
iso20022.js 1234 28.999999999999996 123400 123.4
not whole 2293 of 20000
camt053 12.34 0.29 1234 1.234
SEEN
cmp said seen
