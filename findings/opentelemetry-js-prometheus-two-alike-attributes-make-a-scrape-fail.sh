#!/usr/bin/env bash
# @opentelemetry/exporter-prometheus 0.301.0: one measurement with the attributes `queue.name` and `queue_name` makes Prometheus
# refuse all metrics of the process.
# Expected: OpenTelemetry's specification (compatibility with Prometheus, metric attributes): where keys become the same label,
#           the values are put together with ";" in the order of the keys.
# Seen:     the label stands twice in one line. Prometheus takes nothing of such a page, not even the metrics of others:
#           `up` is 0, and promtool says why. One library that sets the old name and the new one of an attribute does it.
# Needs: prometheus with promtool (Debian 12's 2.42 or newer), curl, node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${page:-}" "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @opentelemetry/exporter-prometheus@0.301.0 @opentelemetry/sdk-metrics@3.1.1
prometheus --version 2>&1 | head -n 1
read -r page_port server_port < <(python3 -c '
import socket
ports = [socket.socket() for _ in range(2)]
for port in ports: port.bind(("127.0.0.1", 0))
print(*(port.getsockname()[1] for port in ports))')
cat >page.mjs <<'NODE'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

const exporter = new PrometheusExporter({ host: '127.0.0.1', port: Number(process.argv[2]) });
const meter = new MeterProvider({ readers: [exporter] }).getMeter('shop');
meter.createCounter('orders').add(3);
const attributes = process.argv[3] === 'both' ? { 'queue.name': 'a', queue_name: 'b' } : { 'queue.name': 'a' };
meter.createCounter('jobs').add(1, attributes);
setInterval(() => {}, 1000); // The exporter alone does not keep the process.
NODE
printf '%s\n' 'global: { scrape_interval: 1s, scrape_timeout: 1s }' \
  "scrape_configs: [{ job_name: shop, static_configs: [{ targets: ['127.0.0.1:$page_port'] }] }]" >prometheus.yml
prometheus --config.file prometheus.yml --storage.tsdb.path data --web.listen-address "127.0.0.1:$server_port" 2>log &
server=$!
targets() { curl -s "http://127.0.0.1:$server_port/api/v1/targets" || true; }
scrape() { # ATTRIBUTES HEALTH: whether Prometheus comes to see the page so
  node page.mjs "$page_port" "$1" &
  page=$!
  for _ in $(seq 60); do targets | grep -q "\"health\":\"$2\"" && curl -sf "127.0.0.1:$page_port/metrics" >page.txt && break; sleep 0.5; done
  targets | grep -o '"lastError":"[^"]*\(\\"[^"]*\)*"\|"health":"[a-z]*"' | tr '\n' ' '
  kill "$page" && wait "$page" 2>/dev/null || true
  grep '^jobs' page.txt
}
one=$(scrape one up)
both=$(scrape both down)
echo "one attribute:    $one"
echo "both attributes:  $both"
promtool check metrics <page.txt 2>&1 | head -n 2 || true
grep -q '"health":"up"' <<<"$one" && grep -q '"health":"down"' <<<"$both" &&
  grep -q 'jobs_total{queue_name="a",queue_name="b"' <<<"$both"
