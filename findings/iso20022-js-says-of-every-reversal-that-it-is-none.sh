#!/usr/bin/env bash
# iso20022.js 0.0.15 (npm), the newest: of an entry of a bank statement that takes back an earlier one it says reversal: false.
# Expected: RvslInd is "true" in camt.053 where the entry is the result of a reversal (ISO 20022); the library's type of an entry has
#           reversal, a boolean: "Indicates if the entry is a reversal". camt053 0.0.23 for Python says True of the same entry.
# Seen:     its reader of XML has made a boolean of the text before the library compares it with the text 'true'. A direct debit that a
#           customer's bank took back looks like a purchase of the shop.
# Needs: node 20 or newer with npm, python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund iso20022.js@0.0.15
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check camt053==0.0.23
entry() { # NUMBER, the mark of a reversal
  echo "<Ntry><NtryRef>$1</NtryRef><Amt Ccy=\"EUR\">50.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>$2<Sts>BOOK</Sts>
    <BookgDt><Dt>2026-11-30</Dt></BookgDt><BkTxCd><Prtry><Cd>109</Cd></Prtry></BkTxCd></Ntry>"
}
cat >statement.xml <<XML
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
  <GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-30T20:00:00+01:00</CreDtTm></GrpHdr>
  <Stmt><Id>S1</Id><CreDtTm>2026-11-30T20:00:00+01:00</CreDtTm><Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id><Ccy>EUR</Ccy>
    <Svcr><FinInstnId><BIC>ABNANL2A</BIC></FinInstnId></Svcr></Acct>
    <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">200.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-29</Dt></Dt></Bal>
    <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">50.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-30</Dt></Dt></Bal>
    $(entry 1 '<RvslInd>true</RvslInd>')$(entry 2 '<RvslInd>false</RvslInd>')$(entry 3 '')
  </Stmt></BkToCstmrStmt></Document>
XML
cat >ask.mjs <<'NODE'
import { readFileSync } from 'node:fs';
import { CashManagementEndOfDayReport } from 'iso20022.js';

const report = CashManagementEndOfDayReport.fromXML(readFileSync('statement.xml'));
console.log('iso20022.js', report.statements[0].entries.map(({ reversal }) => reversal).join());
NODE
cat >ask.py <<'PYTHON'
import camt053

entries = camt053.parse_document(open("statement.xml").read()).statements[0].entries
print("camt053", ",".join(str(entry.reversal_indicator) for entry in entries))
PYTHON
said=$(node ask.mjs; python/bin/python ask.py)
echo "$said"
[ "$said" = 'iso20022.js false,false,false
camt053 True,False,False' ]
