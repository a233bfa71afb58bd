#!/usr/bin/env bash
# validator 13.15.35 (npm): isISO4217 refuses two currencies that are in use and accepts two that are not.
# Expected: the README: "check if the string is a valid ISO 4217 officially assigned currency code". XCG is the money of Curaçao and
#           Sint Maarten since 2025, ZWG that of Zimbabwe since 2024; ANG ended with the former, BGN when Bulgaria took the euro in
#           2026. pycountry 26.2.16 (Python), which carries the list of ISO 4217, has it so.
# Seen:     XCG and ZWG are refused, ANG and BGN accepted.
# Needs: node 20 or newer with npm, python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund validator@13.15.35
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check pycountry==26.2.16
python/bin/python -c '
import json, pycountry
print(json.dumps(sorted(currency.alpha_3 for currency in pycountry.currencies)))' >codes.json
cat >ask.mjs <<'NODE'
import { readFileSync } from 'node:fs';
import validator from 'validator';

console.log('validator', JSON.parse(readFileSync('node_modules/validator/package.json', 'utf8')).version);
const official = new Set(JSON.parse(readFileSync('codes.json', 'utf8')));
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const accepted = new Set(letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c))).filter((code) => validator.isISO4217(code)));
const refused = [...official].filter((code) => !accepted.has(code));
const former = [...accepted].filter((code) => !official.has(code));
console.log({ official: official.size, accepted: accepted.size, refused, former });
const has = (codes, some) => some.every((code) => codes.includes(code));
process.exitCode = has(refused, ['XCG', 'ZWG']) && has(former, ['ANG', 'BGN']) ? 0 : 1;
NODE
node ask.mjs
