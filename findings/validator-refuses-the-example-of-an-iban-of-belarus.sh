#!/usr/bin/env bash
# validator 13.15.35 (npm): isIBAN is false for an account of Belarus that has a letter after its bank's code.
# Expected: the README lists BY. The IBAN registry of SWIFT has BY2!n4!c4!n16!c, so letters may stand in the last sixteen, and its own
#           example is BY13 NBRB 3600 9000 0000 2Z00 AB00; ibantools 4.5.4, iban 0.0.14 (npm) and schwifty 2026.10.1 (Python) accept it.
# Seen:     validator wants twenty digits after the bank's code, and refuses the registry's example; an account without a letter is
#           accepted. The examples of other countries that have letters (Malta, Kuwait, Ukraine) are accepted.
# Needs: node 20 or newer with npm, python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund validator@13.15.35 ibantools@4.5.4 iban@0.0.14
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check schwifty==2026.10.1
cat >ask.py <<'PYTHON'
import sys
from schwifty import IBAN

print(" ".join("true" if IBAN(text, allow_invalid=True).is_valid else "false" for text in sys.argv[1:]))
PYTHON
cat >ask.mjs <<'NODE'
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import iban from 'iban';
import { isValidIBAN } from 'ibantools';
import validator from 'validator';

console.log('validator', JSON.parse(readFileSync('node_modules/validator/package.json', 'utf8')).version);
function withCheckDigits(country, account) {
  const digits = [...`${account}${country}00`].map((sign) => Number.parseInt(sign, 36)).join('');
  return `${country}${String(98n - (BigInt(digits) % 97n)).padStart(2, '0')}${account}`;
}
const example = 'BY13NBRB3600900000002Z00AB00';
if (withCheckDigits('BY', example.slice(4)) !== example) throw new Error('the check digits are wrong');
const plain = withCheckDigits('BY', 'NBRB36009000000020000000');
const others = ['MT84MALT011000012345MTLCAST001S', 'KW81CBKU0000000000001234560101', 'UA213223130000026007233566001'];
const all = [example, plain, ...others];
const bySchwifty = execFileSync('python/bin/python', ['ask.py', ...all], { encoding: 'utf8' }).trim().split(' ');
const answers = all.map((text, index) => ({
  text,
  validator: validator.isIBAN(text),
  ibantools: isValidIBAN(text),
  iban: iban.isValid(text),
  schwifty: bySchwifty[index] === 'true',
}));
console.table(answers);
const accepted = ([first, second]) => first.ibantools && first.iban && first.schwifty && second.ibantools && second.schwifty;
process.exitCode = accepted(answers) && !answers[0].validator && answers.slice(1).every((answer) => answer.validator) ? 0 : 1;
NODE
node ask.mjs
