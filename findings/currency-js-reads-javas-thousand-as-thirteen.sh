#!/usr/bin/env bash
# currency.js 2.0.4 reads the amount that Java's BigDecimal writes as "1E+3" as 13.
# Expected: 1000, or an error with `errorOnInvalid: true` ("throw an error when given an invalid value", its documentation).
#           JavaScript's Number and JSON, Python's Decimal and Java's BigDecimal, which all read "1E+3", say 1000.
# Seen:     13.00, without an error even with errorOnInvalid: letters are taken out of the text, the digits left are the amount.
#           BigDecimal writes so whenever its scale is negative, as after stripTrailingZeros() of 1000.00.
# Needs: java 17 or newer, python3, node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund currency.js@2.0.4
java -version 2>&1 | head -n 1
cat >Write.java <<'JAVA'
import java.math.BigDecimal;

class Write {
    public static void main(String[] amounts) {
        for (String amount : amounts) System.out.println(new BigDecimal(amount).stripTrailingZeros());
    }
}
JAVA
java Write.java 1000.00 12.50 25000.00 >amounts
python3 -c 'from decimal import Decimal; print("Python:     ", [f"{Decimal(line.strip()):.2f}" for line in open("amounts")])'
cat >ask.mjs <<'NODE'
import currency from 'currency.js';
import { readFileSync } from 'node:fs';

const amounts = readFileSync('amounts', 'utf8').trim().split('\n');
const read = amounts.map((amount) => String(currency(amount, { errorOnInvalid: true })));
console.log('written:    ', amounts);
console.log('currency.js:', read);
process.exitCode = amounts.join() === '1E+3,12.5,2.5E+4' && read.join() === '13.00,12.50,2.54' ? 0 : 1;
NODE
node ask.mjs
