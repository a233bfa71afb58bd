#!/usr/bin/env bash
# @opentelemetry/otlp-transformer 0.301.1 (what the OTLP/HTTP exporters of JavaScript send as JSON): a value that is infinite or
# not a number leaves as null, which the receiver reads as a data point without a value.
# Expected: OTLP/JSON is the JSON of protocol buffers (specification of OTLP), where a double that is no finite number is one
#           of the strings "Infinity", "-Infinity" and "NaN"; protobuf's own JSON writer does so.
# Seen:     "asDouble":null. protobuf 7.36.2 with OpenTelemetry's own schema (opentelemetry-proto 1.45.2) reads it without an
#           error as a point with no value at all; the same metric sent as protobuf keeps its value. A histogram that has seen
#           one infinite value has the sum null: its sum is taken as not recorded.
# Needs: python3 with pip, node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @opentelemetry/otlp-transformer@0.301.1 @opentelemetry/sdk-metrics@3.1.1
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check opentelemetry-proto==1.45.2 protobuf==7.36.2
cat >write.mjs <<'NODE'
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { writeFileSync } from 'node:fs';

class Reader extends MetricReader {
  async onShutdown() {}
  async onForceFlush() {}
}
const reader = new Reader();
const meter = new MeterProvider({ readers: [reader] }).getMeter('shop');
meter.createGauge('orders.per_visitor').record(3 / 0);
meter.createHistogram('wait').record(Number.POSITIVE_INFINITY);
const { resourceMetrics } = await reader.collect();
writeFileSync('metrics.json', JsonMetricsSerializer.serializeRequest(resourceMetrics));
writeFileSync('metrics.bin', ProtobufMetricsSerializer.serializeRequest(resourceMetrics));
NODE
node write.mjs
grep -o '"asDouble":[^,}]*\|"sum":[^,{}]*' metrics.json
cat >read.py <<'PYTHON'
import sys
from google.protobuf import json_format
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

readings = {}
for name in "json", "bin":
    content = open(f"metrics.{name}", "rb").read()
    request = ExportMetricsServiceRequest()
    json_format.Parse(content, request) if name == "json" else request.ParseFromString(content)
    gauge, histogram = request.resource_metrics[0].scope_metrics[0].metrics
    point, waits = gauge.gauge.data_points[0], histogram.histogram.data_points[0]
    kind = point.WhichOneof("value")
    readings[name] = (kind and getattr(point, kind), waits.sum if waits.HasField("sum") else None)
    print(f"{name}: value of the gauge {readings[name][0]}, sum of the histogram {readings[name][1]}, count {waits.count}")
infinity = float("inf")
sys.exit(0 if readings == {"json": (None, None), "bin": (infinity, infinity)} else 1)
PYTHON
python/bin/python read.py
