#!/usr/bin/env bash
# biip 5.2.0 (Python) and gs1-barcode-parser-mod 1.2.1 (npm): the barcode of a crate that was harvested over several days cannot
# be read at all.
# Expected: application identifier 7007 is a harvest date or a range of two (GS1 General Specifications: N6, or N6+N6 for the first
#           and the last day). biip's own table of identifiers has the pattern of both.
# Seen:     with one date both read it. With two both fail, and nothing of the barcode comes out, neither the article's number
#           before the dates nor the batch after them.
# Needs: python3 with pip, node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund gs1-barcode-parser-mod@1.2.1
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check biip==5.2.0
cat >ask.py <<'PYTHON'
import sys
import biip
from biip.gs1_application_identifiers import GS1ApplicationIdentifier

print("biip, pattern of 7007:", GS1ApplicationIdentifier.extract("7007").pattern)
seen = []
for dates in "261125", "261125261130":
    result = biip.parse(f"01040123456789017007{dates}\x1d10A1")
    message = result.gs1_message
    seen.append(message.as_hri() if message else result.gs1_message_error)
    print(f"biip, {dates}: {seen[-1]}")
sys.exit(0 if "(7007)261125(10)A1" in seen[0] and "Failed to parse GS1 AI (7007)" in seen[1] else 1)
PYTHON
python/bin/python ask.py
cat >ask.mjs <<'NODE'
import { parseBarcode } from 'gs1-barcode-parser-mod';

const seen = ['', '7007261125\x1d', '7007261125261130\x1d'].map((harvest) => {
  try {
    return parseBarcode(`]C10104012345678901${harvest}10A1`).parsedCodeItems.map(({ ai, data }) => `(${ai})${data instanceof Date ? data.toISOString().slice(0, 10) : data}`).join('');
  } catch (error) {
    return `error: ${error.message ?? error}`;
  }
});
console.log('gs1-barcode-parser-mod without, with a date, with a range:', seen);
process.exitCode = seen[0] === '(01)04012345678901(10)A1' && seen[1] === '(01)04012345678901(7007)2026-11-25(10)A1' && seen[2].startsWith('error') ? 0 : 1;
NODE
node ask.mjs
