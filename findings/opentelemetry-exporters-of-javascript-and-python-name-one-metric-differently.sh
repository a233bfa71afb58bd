#!/usr/bin/env bash
# The Prometheus exporters of OpenTelemetry for JavaScript (0.301.0) and Python (0.66b2) give the same instruments different names.
# Expected: one name for one instrument, whichever language it is written in. The specification (compatibility with Prometheus) says
#           which: the unit is put in words ("s" is seconds, "By" bytes), and "a suffix to the metric name SHOULD be added".
# Seen:     Python has wait_seconds, memory_bytes and sent_bytes_total, JavaScript wait, memory and sent_total with the unit in a
#           comment of its own: a panel or an alert that is written for one service finds nothing of the other, and adds
#           seconds to milliseconds where JavaScript services differ in the unit.
# Needs: python3 with pip, node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @opentelemetry/exporter-prometheus@0.301.0 @opentelemetry/sdk-metrics@3.1.1
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check opentelemetry-exporter-prometheus==0.66b2 opentelemetry-sdk==1.45.2 \
  prometheus_client==0.26.0
cat >page.mjs <<'NODE'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

const exporter = new PrometheusExporter({ preventServerStart: true });
const meter = new MeterProvider({ readers: [exporter] }).getMeter('shop');
meter.createHistogram('wait', { unit: 's' }).record(0.2);
meter.createUpDownCounter('memory', { unit: 'By' }).add(1024);
meter.createCounter('sent', { unit: 'By' }).add(512);
meter.createCounter('orders').add(1);
console.log(new PrometheusSerializer().serialize((await exporter.collect()).resourceMetrics));
NODE
cat >page.py <<'PYTHON'
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from prometheus_client import REGISTRY, generate_latest

meter = MeterProvider([PrometheusMetricReader()]).get_meter("shop")
meter.create_histogram("wait", unit="s").record(0.2)
meter.create_up_down_counter("memory", unit="By").add(1024)
meter.create_counter("sent", unit="By").add(512)
meter.create_counter("orders").add(1)
print(generate_latest(REGISTRY).decode())
PYTHON
names() { sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' | grep '^wait\|^memory\|^sent\|^orders' | sort | tr '\n' ' '; }
javascript=$(node page.mjs | names)
python=$(python/bin/python page.py | names)
echo "JavaScript: $javascript"
echo "Python:     $python"
[ "$javascript" = 'memory orders_total sent_total wait ' ] && [ "$python" = 'memory_bytes orders_total sent_bytes_total wait_seconds ' ]
