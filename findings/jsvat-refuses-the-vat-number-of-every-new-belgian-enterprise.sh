#!/usr/bin/env bash
# jsvat 2.5.4 (npm) says that a Belgian VAT number beginning with 1 is invalid.
# Expected: Belgium's register of enterprises gives out numbers that begin with 1, as those that begin with 0 run out; the last two
#           digits are 97 less the rest of the others modulo 97, as before. jsvat-next 3.0.4 and python-stdnum 2.2 accept both.
# Seen:     of 200 numbers with right check digits jsvat accepts all that begin with 0 and none that begins with 1; isValidFormat is
#           false as well. The README lists Belgium as supported.
# Needs: node 20 or newer with npm, python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund jsvat@2.5.4 jsvat-next@3.0.4
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check python-stdnum==2.2
cat >ask.py <<'PYTHON'
import sys
from stdnum.eu import vat

print(sum(vat.is_valid(number) for number in sys.stdin.read().split()))
PYTHON
cat >ask.cjs <<'NODE'
const { execFileSync } = require('node:child_process');
const old = require('jsvat');
const next = require('jsvat-next');

console.log('jsvat', require('./node_modules/jsvat/package.json').version);
const accepted = {};
for (const first of ['0', '1']) {
  const numbers = Array.from({ length: 100 }, (_, index) => {
    const digits = `${first}${String((first === '0' ? 4_000_000 : 200_000) + 4_711 * index).padStart(7, '0')}`;
    return `BE${digits}${String(97 - (Number(digits) % 97)).padStart(2, '0')}`;
  });
  accepted[first] = {
    example: numbers[42],
    jsvat: numbers.filter((number) => old.checkVAT(number, [old.belgium]).isValid).length,
    'jsvat, format alone': numbers.filter((number) => old.checkVAT(number, [old.belgium]).isValidFormat).length,
    'jsvat-next': numbers.filter((number) => next.checkVAT(number, [next.belgium]).isValid).length,
    'python-stdnum': Number(execFileSync('python/bin/python', ['ask.py'], { input: numbers.join('\n'), encoding: 'utf8' })),
  };
}
console.log('accepted of 100 that begin with', accepted);
const counts = (first) => Object.values(accepted[first]).slice(1).join();
process.exitCode = counts('0') === '100,100,100,100' && counts('1') === '0,0,100,100' ? 0 : 1;
NODE
node ask.cjs
