#!/usr/bin/env bash
# cloudevents 10.0.0 (npm) and 2.2.0 (Python): an event sent over HTTP by the one has another source when the other reads it.
# Expected: CloudEvents 1.0, HTTP binding, 3.1.3.2: a space, a quote, a percent sign and all outside of ASCII "MUST be percent-encoded"
#           in the headers of binary mode, and the reader decodes once. So every source and subject comes out as it went in.
# Seen:     JavaScript does neither. It sends /shops/M%C3%BCnchen as it is and Python decodes that to /shops/München, which is no URI;
#           "5%20off" becomes "5 off". The other way Python's "50 % off" arrives in JavaScript as 50%20%25%20off and its source with
#           %25C3. No error: source and id together are what an event is known by, so one that was seen already is new. In structured
#           mode both agree.
# Needs: python3 with pip, node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check cloudevents==2.2.0
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cloudevents@10.0.0
cat >ask.mjs <<'NODE'
import { CloudEvent, HTTP } from 'cloudevents';
import { readFileSync, writeFileSync } from 'node:fs';

const [, , action, mode] = process.argv;
if (action === 'write') {
  const event = new CloudEvent({ id: '1', type: 'com.example.sale', source: '/shops/M%C3%BCnchen', subject: '5%20off', data: {} });
  const { headers, body } = HTTP[mode](event);
  writeFileSync('message', JSON.stringify({ headers, body }));
} else {
  const event = HTTP.toEvent(JSON.parse(readFileSync('message', 'utf8')));
  console.log(`python to javascript, ${mode}: ${event.source} and ${event.subject}`);
}
NODE
cat >ask.py <<'PYTHON'
import json
import sys
from cloudevents.core.bindings import http
from cloudevents.core.v1.event import CloudEvent

action, mode = sys.argv[1:]
if action == "write":
    event = CloudEvent({"id": "1", "type": "com.example.sale", "source": "/shops/M%C3%BCnchen", "subject": "50 % off"}, {})
    message = http.to_binary_event(event) if mode == "binary" else http.to_structured_event(event)
    json.dump({"headers": dict(message.headers), "body": message.body.decode()}, open("message", "w"))
else:
    message = json.load(open("message"))
    attributes = http.from_http_event(http.HTTPMessage(message["headers"], message["body"].encode())).get_attributes()
    print(f"javascript to python, {mode}: {attributes['source']} and {attributes['subject']}")
PYTHON
for mode in structured binary; do
  node ask.mjs write $mode
  PYTHONIOENCODING=utf-8 python/bin/python ask.py read $mode
  python/bin/python ask.py write $mode
  node ask.mjs read $mode
done | tee said
cat >seen <<'SEEN'
javascript to python, structured: /shops/M%C3%BCnchen and 5%20off
python to javascript, structured: /shops/M%C3%BCnchen and 50 % off
javascript to python, binary: /shops/München and 5 off
python to javascript, binary: /shops/M%25C3%25BCnchen and 50%20%25%20off
SEEN
cmp said seen
