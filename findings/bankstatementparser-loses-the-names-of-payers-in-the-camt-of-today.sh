#!/usr/bin/env bash
# bankstatementparser 0.0.29 (Python): in a bank statement of the message camt.053.001.08 every payer and payee is without a name.
# Expected: it parses camt.052, 053 and 054 and gives the columns Debtor and Creditor (its documentation). Since version 07 of the
#           message the party stands one level lower, Dbtr/Pty/Nm instead of Dbtr/Nm, as ISO 20022 changed it to a choice of a party
#           or an agent; 08 is what the banks of SEPA and Switzerland send. camt053 0.0.23 reads the same name in both versions.
# Seen:     amounts, dates and references are there, both columns are empty, and nothing says that the version is not known. Whoever
#           matches payments by name finds nobody; two payments of two customers look alike where they gave no reference.
# Needs: python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for name in bankstatementparser==0.0.29 camt053==0.0.23; do
  python3 -m venv "${name%%=*}"
  "${name%%=*}/bin/pip" install -q --disable-pip-version-check "$name"
done
write() { # VERSION, the tags in front of and behind a name, the status
  cat >"$1.xml" <<XML
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.$1"><BkToCstmrStmt>
  <GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-30T20:00:00+01:00</CreDtTm></GrpHdr>
  <Stmt><Id>S1</Id><CreDtTm>2026-11-30T20:00:00+01:00</CreDtTm><Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id><Ccy>EUR</Ccy></Acct>
    <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-29</Dt></Dt></Bal>
    <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">130.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-30</Dt></Dt></Bal>
    <Ntry><NtryRef>1</NtryRef><Amt Ccy="EUR">50.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>$4<BookgDt><Dt>2026-11-30</Dt></BookgDt>
      <BkTxCd><Prtry><Cd>166</Cd></Prtry></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>order-1</EndToEndId></Refs>
        <Amt Ccy="EUR">50.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr>$2Ann Example$3</Dbtr></RltdPties></TxDtls></NtryDtls></Ntry>
    <Ntry><NtryRef>2</NtryRef><Amt Ccy="EUR">20.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>$4<BookgDt><Dt>2026-11-30</Dt></BookgDt>
      <BkTxCd><Prtry><Cd>116</Cd></Prtry></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>bill-1</EndToEndId></Refs>
        <Amt Ccy="EUR">20.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><RltdPties><Cdtr>$2Paper Example$3</Cdtr></RltdPties></TxDtls></NtryDtls></Ntry>
  </Stmt></BkToCstmrStmt></Document>
XML
}
write 02 '<Nm>' '</Nm>' '<Sts>BOOK</Sts>'
write 08 '<Pty><Nm>' '</Nm></Pty>' '<Sts><Cd>BOOK</Cd></Sts>'
cat >bankstatementparser.py.txt <<'PYTHON'
import sys
from bankstatementparser import CamtParser

rows = CamtParser(sys.argv[1]).parse().to_dict("records")
print([(str(row["Amount"]), row["EndToEndId"], row["Debtor"] or row["Creditor"]) for row in rows])
PYTHON
cat >camt053.py.txt <<'PYTHON'
import sys
import camt053

entries = camt053.parse_document(open(sys.argv[1]).read()).statements[0].entries
print([(entry.amount, entry.details[0].end_to_end_id, entry.details[0].counterparty_name) for entry in entries])
PYTHON
for version in 02 08; do
  for name in bankstatementparser camt053; do echo "$name $version $("$name/bin/python" "$name.py.txt" "$version.xml")"; done
done | tee said
names="'order-1', 'Ann Example'"
[ "$(grep -c "$names" said)" = 3 ] && grep -qxF "bankstatementparser 08 [('50.00', 'order-1', ''), ('-20.00', 'bill-1', '')]" said
