#!/usr/bin/env bash
# cloudevents 2.2.0 (Python): in binary mode an attribute that is a boolean or bytes gets a text that no other language reads.
# Expected: CloudEvents 1.0, type system: the string encoding of a Boolean is "a case-sensitive value of true or false", that of Binary
#           is Base64; the bindings for HTTP and Kafka write attributes in that form. cloudevents 10.0.0 for JavaScript and the Go SDK
#           2.16.2 write true, and Go writes AQI=.
# Seen:     what Python's str() gives: True, and b'\x01\x02' with its b and its quotes, over HTTP and Kafka alike. Go's types.ToBinary
#           refuses the bytes, a filter for member = 'true' misses every event of a Python service, and Python itself reads both back
#           as texts. In structured mode, which is JSON, the same event has true.
# Needs: python3 with pip, go 1.24 or newer, node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export GOPATH=$folder/go GOFLAGS=-modcacherw
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check cloudevents==2.2.0
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cloudevents@10.0.0
cat >ask.py <<'PYTHON'
import json
from cloudevents.core.bindings import http, kafka
from cloudevents.core.v1.event import CloudEvent

attributes = {"id": "1", "type": "com.example.sale", "source": "/till/1", "member": True, "gift": False}
event = CloudEvent(attributes | {"sign": b"\x01\x02"}, {"total": "19.99"})
for name, headers in ("kafka", kafka.to_binary_event(event).headers), ("http", http.to_binary_event(event).headers):
    text = [value.decode() if isinstance(value, bytes) else value for key, value in headers.items() if key[3:] in ("member", "gift", "sign")]
    print("python,", name + ":", *text)
message = kafka.to_binary_event(event)
back = kafka.from_binary_event(message).get_attributes()
print("python, read back:", repr(back["member"]), repr(back["sign"]))
structured = json.loads(kafka.to_structured_event(CloudEvent(attributes, {})).value)
print("python, structured:", json.dumps([structured["member"], structured["gift"]]))
PYTHON
cat >ask.mjs <<'NODE'
import { CloudEvent, HTTP } from 'cloudevents';

const { headers } = HTTP.binary(new CloudEvent({ type: 'com.example.sale', source: '/till/1', member: true, gift: false }));
console.log('javascript, http:', String(headers['ce-member']), String(headers['ce-gift']));
NODE
cat >ask.go <<'GO'
package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/cloudevents/sdk-go/v2/binding"
	"github.com/cloudevents/sdk-go/v2/event"
	protocol "github.com/cloudevents/sdk-go/v2/protocol/http"
	"github.com/cloudevents/sdk-go/v2/types"
)

func main() {
	sale := event.New()
	sale.SetID("1")
	sale.SetType("com.example.sale")
	sale.SetSource("/till/1")
	sale.SetExtension("member", true)
	sale.SetExtension("gift", false)
	sale.SetExtension("sign", []byte{1, 2})
	request, _ := http.NewRequest("POST", "http://127.0.0.1/", nil)
	if err := protocol.WriteRequest(context.Background(), binding.ToMessage(&sale), request); err != nil {
		panic(err)
	}
	fmt.Println("go, http:", request.Header.Get("ce-member"), request.Header.Get("ce-gift"), request.Header.Get("ce-sign"))
	for _, text := range []string{"AQI=", `b'\x01\x02'`} {
		value, err := types.ToBinary(text)
		fmt.Println("go reads", text, "as", value, err == nil)
	}
}
GO
{ go mod init ask && go get github.com/cloudevents/sdk-go/v2@v2.16.2; } >log 2>&1 || { cat log; exit 2; }
cat >seen <<'SEEN'
python, kafka: True False b'\x01\x02'
python, http: True False b'\x01\x02'
python, read back: 'True' "b'\\x01\\x02'"
python, structured: [true, false]
javascript, http: true false
go, http: true false AQI=
go reads AQI= as [1 2] true
go reads b'\x01\x02' as [] false
SEEN
{ python/bin/python ask.py; node ask.mjs; go run ask.go; } | tee said
cmp said seen
