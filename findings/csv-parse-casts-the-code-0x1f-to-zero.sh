#!/usr/bin/env bash
# csv-parse 7.0.3 with `cast: true`: an article code that looks like a hexadecimal number becomes 0.
# Expected: "0x1F" stays text, or becomes 31: a value is cast when it is a number (documentation of the option `cast`: "convert
#           input string to native types"). papaparse 5.7.1 with dynamicTyping keeps the text.
# Seen:     0 for each such code, "0b11" and "0o17" as well: found to be a number by one rule and read by another. A shipment's
#           18-digit code (SSCC) is rounded to another one. Neither is reported.
# Needs: node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund csv-parse@7.0.3 papaparse@5.7.1
cat >ask.mjs <<'NODE'
import { parse } from 'csv-parse/sync';
import Papa from 'papaparse';

const file = 'code,shipment\n0x1F,340123450000000018\n0x2E,340123450000000025\n0b11,340123450000000032\n';
const byCsvParse = parse(file, { columns: true, cast: true });
const byPapaparse = Papa.parse(file, { header: true, dynamicTyping: true, skipEmptyLines: true }).data;
console.log({ byCsvParse, byPapaparse });
const zeros = byCsvParse.every(({ code }) => code === 0);
const rounded = byCsvParse.filter(({ shipment }) => typeof shipment === 'number' && !Number.isSafeInteger(shipment)).length === 3;
const kept = byPapaparse.every(({ code, shipment }) => typeof code === 'string' && typeof shipment === 'string');
process.exitCode = zeros && rounded && kept ? 0 : 1;
NODE
node ask.mjs
