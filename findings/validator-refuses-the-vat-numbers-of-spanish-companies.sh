#!/usr/bin/env bash
# validator 13.15.35 (npm): isVAT is false for the VAT number of nearly every Spanish company and of Irish ones with two letters.
# Expected: the README: isVAT checks "if the string is a valid VAT number" of the country. VIES lists ESX9999999X, of which the first
#           and the last may be letters or digits "but they may not both be numeric", and IE9999999WI. jsvat-next 3.0.4 and
#           python-stdnum 2.2, which know the check digits, accept all of these.
# Seen:     the last character of a Spanish number must be a letter, so those of companies (A and a digit, B and a digit) are all
#           refused, Spain's largest ones among them; a person's is accepted. An Irish number must have one letter at its end.
# Needs: node 20 or newer with npm, python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund validator@13.15.35 jsvat-next@3.0.4
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check python-stdnum==2.2
cat >ask.py <<'PYTHON'
import sys
from stdnum.eu import vat

print(" ".join("true" if vat.is_valid(number) else "false" for number in sys.argv[1:]))
PYTHON
cat >ask.cjs <<'NODE'
const { execFileSync } = require('node:child_process');
const { checkVAT, ireland, spain } = require('jsvat-next');
const validator = require('validator');

console.log('validator', require('./node_modules/validator/package.json').version);
const numbers = {
  'Spain, companies': ['ESA28015865', 'ESA15075062', 'ESA46103834', 'ESA28017895', 'ESB58378431'],
  'Spain, a person': ['ES54362315K'],
  'Ireland, two letters': ['IE3628739UA', 'IE1234567FA'],
  'Ireland, one letter': ['IE6433435F', 'IE9825613N'],
};
const accepted = {};
for (const [kind, all] of Object.entries(numbers)) {
  const others = execFileSync('python/bin/python', ['ask.py', ...all], { encoding: 'utf8' }).trim().split(' ');
  accepted[kind] = all.map((number, index) => ({
    number,
    validator: validator.isVAT(number, number.slice(0, 2)),
    'jsvat-next': checkVAT(number, [spain, ireland]).isValid,
    'python-stdnum': others[index] === 'true',
  }));
  console.log(kind);
  console.table(accepted[kind]);
}
const every = Object.values(accepted).flat().every((answer) => answer['jsvat-next'] && answer['python-stdnum']);
const says = (kind, value) => accepted[kind].every((answer) => answer.validator === value);
const refused = says('Spain, companies', false) && says('Ireland, two letters', false);
process.exitCode = every && refused && says('Spain, a person', true) && says('Ireland, one letter', true) ? 0 : 1;
NODE
node ask.cjs
