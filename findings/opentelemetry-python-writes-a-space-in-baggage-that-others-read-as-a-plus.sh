#!/usr/bin/env bash
# opentelemetry-api 1.45.2 (Python): a space in a value of baggage reaches services in other languages as a plus, and their plus
# reaches Python as a space.
# Expected: W3C Baggage, 3.2.1: values are percent-encoded, a space is %20, and a plus is one of the characters that stand for
#           themselves (baggage-octet has %x2B). @opentelemetry/core 3.1.1 for JavaScript and Go's otel 1.47.0 keep to that.
# Seen:     Python encodes like a form on a web page. Its "green tea" is read as green+tea by the other two; the header
#           item=salt+pepper, which is as the specification has it, is "salt pepper" in Python, and goes on as if that had been said.
#           Whatever counts or routes by the value has two of one, with no error on either side.
# Needs: python3 with pip, node 20 or newer with npm, go 1.24 or newer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export GOPATH=$folder/go GOFLAGS=-modcacherw
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check opentelemetry-api==1.45.2
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @opentelemetry/core@3.1.1 @opentelemetry/api@1.10.0
cat >ask.py <<'PYTHON'
import sys
from opentelemetry import baggage
from opentelemetry.baggage.propagation import W3CBaggagePropagator

if sys.argv[1] == "write":
    headers = {}
    W3CBaggagePropagator().inject(headers, baggage.set_baggage("item", "green tea"))
    print(headers["baggage"])
else:
    print("python reads", sys.argv[2], "as", baggage.get_baggage("item", W3CBaggagePropagator().extract({"baggage": sys.argv[2]})))
PYTHON
cat >ask.mjs <<'NODE'
import { defaultTextMapGetter, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { W3CBaggagePropagator } from '@opentelemetry/core';

const read = new W3CBaggagePropagator().extract(ROOT_CONTEXT, { baggage: process.argv[2] }, defaultTextMapGetter);
console.log('javascript reads', process.argv[2], 'as', propagation.getBaggage(read).getEntry('item').value);
NODE
cat >ask.go <<'GO'
package main

import (
	"fmt"
	"os"

	"go.opentelemetry.io/otel/baggage"
)

func main() {
	read, err := baggage.Parse(os.Args[1])
	if err != nil {
		panic(err)
	}
	fmt.Println("go reads", os.Args[1], "as", read.Member("item").Value())
}
GO
{ go mod init ask && go get go.opentelemetry.io/otel@v1.47.0; } >log 2>&1 || { cat log; exit 2; }
for header in "$(python/bin/python ask.py write)" item=salt+pepper item=green%20tea; do
  python/bin/python ask.py read "$header"
  node ask.mjs "$header"
  go run ask.go "$header"
done | tee said
cat >seen <<'SEEN'
python reads item=green+tea as green tea
javascript reads item=green+tea as green+tea
go reads item=green+tea as green+tea
python reads item=salt+pepper as salt pepper
javascript reads item=salt+pepper as salt+pepper
go reads item=salt+pepper as salt+pepper
python reads item=green%20tea as green tea
javascript reads item=green%20tea as green tea
go reads item=green%20tea as green tea
SEEN
cmp said seen
