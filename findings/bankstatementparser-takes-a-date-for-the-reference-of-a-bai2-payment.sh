#!/usr/bin/env bash
# bankstatementparser 0.0.29 (Python): where a payment in a BAI2 file says when its money is available, its reference is a date or an
# amount, and the customer's reference and the text are others too.
# Expected: in a detail record (16) of BAI2 the funds type decides what follows: nothing after 0, 1, 2 and Z, a value date and a time
#           after V, three amounts after S, a number and as many pairs of days and amounts after D; only then come the bank's
#           reference, the customer's reference and the text (the specification of BAI, version 2). bai2 0.15.0 reads them so.
# Seen:     the fields are counted as if the funds type were Z: the transaction_id of a payment valued on 1 December is 261201, of one
#           with 10.00 at once 1000, without an error. Two payments valued on one day have one id.
# Needs: python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for name in bankstatementparser==0.0.29 bai2==0.15.0; do
  python3 -m venv "${name%%=*}"
  "${name%%=*}/bin/pip" install -q --disable-pip-version-check "$name"
done
printf '%s\n' 01,SHOP,BANK,261130,2100,1,80,1,2/ 02,BANK,SHOP,1,261130,2100,EUR,2/ 03,12345,EUR,015,15700,,/ \
  '16,165,2500,Z,BANK1,CUST1,order 1/' '16,165,5000,S,1000,4000,0,BANK2,CUST2,order 2/' '16,165,700,V,261201,0930,BANK3,CUST3,order 3/' \
  '16,165,800,V,261201,0930,BANK4,CUST4,order 4/' 49,24700,6/ 98,24700,1,8/ 99,24700,1,10/ >statement.bai
cat >ask.bankstatementparser <<'PYTHON'
from bankstatementparser import Bai2Parser

for row in Bai2Parser("statement.bai").parse().to_dict("records"):
    print("bankstatementparser:", row["amount"], row["transaction_id"], row["Reference"], row["description"])
PYTHON
cat >ask.bai2 <<'PYTHON'
from bai2 import bai2

file = bai2.parse_from_file(open("statement.bai"))
for payment in file.children[0].children[0].children:
    print("bai2:", payment.amount, payment.bank_reference, payment.customer_reference, payment.text.rstrip("/"))
PYTHON
for name in bai2 bankstatementparser; do "$name/bin/python" "ask.$name"; done | tee said
cat >seen <<'SEEN'
bai2: 2500 BANK1 CUST1 order 1
bai2: 5000 BANK2 CUST2 order 2
bai2: 700 BANK3 CUST3 order 3
bai2: 800 BANK4 CUST4 order 4
bankstatementparser: 25 BANK1 CUST1 order 1
bankstatementparser: 50 1000 4000 0
bankstatementparser: 7 261201 0930 BANK3
bankstatementparser: 8 261201 0930 BANK4
SEEN
cmp said seen
