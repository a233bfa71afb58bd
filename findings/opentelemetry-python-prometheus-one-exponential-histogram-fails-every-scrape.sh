#!/usr/bin/env bash
# opentelemetry-exporter-prometheus 0.66b2 (Python): with one exponential histogram in the process no metric at all can be scraped.
# Expected: OpenTelemetry's specification (compatibility with Prometheus): exponential histograms are left out where the format
#           has no native histograms, as the exporter of JavaScript does. The SDK takes the aggregation without a word, and the
#           other metrics have nothing to do with it.
# Seen:     once the histogram has its first value, the page answers 500 to each scrape; before, 200.
# Needs: python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check opentelemetry-exporter-prometheus==0.66b2 opentelemetry-sdk==1.45.2 \
  prometheus_client==0.26.0
cat >ask.py <<'PYTHON'
import sys, urllib.error, urllib.request
from importlib.metadata import version
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from prometheus_client import start_http_server

print("opentelemetry-exporter-prometheus", version("opentelemetry-exporter-prometheus"))
view = View(instrument_name="wait", aggregation=ExponentialBucketHistogramAggregation())
meter = MeterProvider([PrometheusMetricReader()], views=[view]).get_meter("shop")
server, _ = start_http_server(0, addr="127.0.0.1")


def scrape():
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/metrics") as page:
            return page.status, "orders_total" in page.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, False


meter.create_counter("orders").add(3)
before = scrape()
meter.create_histogram("wait").record(0.25)
after, later = scrape(), scrape()
print(f"status and whether orders_total is there; before: {before}, with the histogram: {after}, again: {later}")
sys.exit(0 if before == (200, True) and after == later == (500, False) else 1)
PYTHON
python/bin/python ask.py 2>&1 | grep -v '^ \|^Traceback\|^---\|^Exception occurred'
