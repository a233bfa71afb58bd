#!/usr/bin/env bash
# logfmt 1.4.0 (npm): a path, a line end or a tab that Go's logfmt wrote is read as other text.
# Expected: one format, as go-logfmt 0.6.1 writes and reads it: a value in quotes has the escapes of JSON, \n for a line end, and one
#           without quotes stands as it is. logfmt's parse takes any logfmt line; a value that its own stringify wrote comes back.
# Seen:     every backslash is dropped, and what follows is kept as a letter: C:\new\tax becomes C:newtax, and the two lines of an error
#           one word, "refusednretry". Python's logfmter 0.0.12 writes as Go does, and is read alike. No error.
# Needs: node 20 or newer with npm, go 1.24 or newer, python3 (3.9 or newer) with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export GOPATH=$folder/go GOFLAGS=-modcacherw
npm init -y >/dev/null
npm install --silent --no-audit --no-fund logfmt@1.4.0
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check logfmter==0.0.12
cat >ask.go <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/go-logfmt/logfmt"
)

func main() {
	writer := logfmt.NewEncoder(os.Stdout)
	writer.EncodeKeyvals("error", "refused\nretry", "file", `C:\new\tax`, "article", `ruler 6"`)
	writer.EndRecord()
	lines, _ := os.Open("lines")
	reader := logfmt.NewDecoder(lines)
	for reader.ScanRecord() {
		for reader.ScanKeyval() {
			fmt.Fprintf(os.Stderr, "%s=%q ", reader.Key(), reader.Value())
		}
		fmt.Fprintln(os.Stderr)
	}
}
GO
cat >write.py <<'PYTHON'
import logging
from logfmter import Logfmter

fields = {"error": "refused\nretry", "file": "C:\\new\\tax", "article": 'ruler 6"'}
print(Logfmter(keys=[]).format(logging.LogRecord("till", logging.INFO, "", 0, fields, None, None)))
PYTHON
cat >read.cjs <<'NODE'
const logfmt = require('logfmt');
const lines = require('node:fs').readFileSync('lines', 'utf8').trim().split('\n');
const fields = { error: 'refused', file: 'C:\\new\\tax', article: 'ruler 6"' };

const read = lines.map((line) => JSON.stringify(logfmt.parse(line)));
const own = JSON.stringify(logfmt.parse(logfmt.stringify(fields)));
console.log(lines, read, own);
const seen = '{"error":"refusednretry","file":"C:newtax","article":"ruler 6\\""}';
process.exitCode = read.length === 2 && read.every((line) => line === seen) && own === JSON.stringify(fields) ? 0 : 1;
NODE
{ go mod init ask && go get github.com/go-logfmt/logfmt@v0.6.1; } >log 2>&1 || { cat log; exit 2; }
go build -o ask .
python/bin/python write.py >python.txt
: >lines
./ask 2>/dev/null >go.txt
cat go.txt python.txt >lines
by_go=$(./ask 2>&1 >/dev/null)
echo "$by_go"
node read.cjs
fields='error="refused\nretry" file="C:\\new\\tax" article="ruler 6\"" '
[ "$by_go" = "$fields
$fields" ]
