#!/usr/bin/env bash
# Jaeger 1.76.0 (its second generation, memory storage): a span that has a link to its parent has lost the parent.
# Expected: a parent and links are two things in OTLP, and the messaging conventions of OpenTelemetry ask for both: of a batch's
#           `process` span, links to the contexts of all messages, while its parent may be the context of one of them.
# Seen:     the query API and the page know a single reference from one span to another, and the link takes the place of the
#           parent. The span stands at the top of the trace as a second root, and all below it with it; spans linked to others keep
#           their parent.
# Needs: go 1.24 or newer (it builds Jaeger, about five minutes; or JAEGER_BINARY names one of this version), curl, python3.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
program=${JAEGER_BINARY:-$folder/program}
if [ ! -x "$program" ]; then
  module=$(go mod download -json github.com/jaegertracing/jaeger@v1.76.0 | python3 -c 'import json, sys; print(json.load(sys.stdin)["Dir"])')
  cp -r "$module" source && chmod -R u+w source
  (cd source && CGO_ENABLED=0 go build -trimpath -o "$program" ./cmd/jaeger)
fi
echo "Jaeger 1.76.0 (${JAEGER_BINARY:-built here})"
read -r otlp query grpc < <(python3 -c '
import socket
ports = [socket.socket() for _ in range(3)]
for port in ports: port.bind(("127.0.0.1", 0))
print(*(port.getsockname()[1] for port in ports))')
cat >jaeger.yaml <<YAML
service:
  extensions: [jaeger_storage, jaeger_query]
  pipelines: { traces: { receivers: [otlp], exporters: [jaeger_storage_exporter] } }
  telemetry: { metrics: { level: none }, logs: { level: error } }
extensions:
  jaeger_storage: { backends: { memory: { memory: { max_traces: 100 } } } }
  jaeger_query:
    storage: { traces: memory }
    http: { endpoint: "127.0.0.1:$query" }
    grpc: { endpoint: "127.0.0.1:$grpc" }
receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:$otlp" } } } }
exporters: { jaeger_storage_exporter: { trace_storage: memory } }
YAML
"$program" --config jaeger.yaml >log 2>&1 &
server=$!
for _ in $(seq 100); do curl -sf "127.0.0.1:$query/api/services" >/dev/null && break; sleep 0.2; done
trace=0af7651916cd43dd8448eb211c80319c
cat >send.py <<'PYTHON'
import json, sys, urllib.request

def span(number, name, parent=None, linked=None):
    return {
        "traceId": sys.argv[2], "spanId": f"{number:016x}", "name": name, "kind": 5,
        "startTimeUnixNano": "1796033344000000000", "endTimeUnixNano": "1796033344001000000",
        **({"parentSpanId": f"{parent:016x}"} if parent else {}),
        **({"links": [{"traceId": sys.argv[2], "spanId": f"{linked:016x}"}]} if linked else {}),
    }

spans = [span(1, "create first"), span(2, "create second"),
         span(3, "linked to the other", 1, 2), span(4, "linked to its parent", 1, 1)]
resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]}
body = json.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": spans}]}]}).encode()
urllib.request.urlopen(urllib.request.Request(sys.argv[1], body, {"Content-Type": "application/json"}))
PYTHON
python3 send.py "http://127.0.0.1:$otlp/v1/traces" $trace
for _ in $(seq 50); do curl -sf "127.0.0.1:$query/api/traces/$trace" >/dev/null && break; sleep 0.2; done
said=$(curl -s "127.0.0.1:$query/api/traces/$trace" | python3 -c '
import json, sys
spans = json.load(sys.stdin)["data"][0]["spans"]
names = {span["spanID"]: span["operationName"] for span in spans}
for span in sorted(spans, key=lambda span: span["spanID"])[2:]:
    references = ", ".join(reference["refType"] + " " + names[reference["spanID"]] for reference in span["references"])
    print(span["operationName"] + ": " + references)')
echo "$said"
[ "$said" = 'linked to the other: CHILD_OF create first, FOLLOWS_FROM create second
linked to its parent: FOLLOWS_FROM create first' ]
