#!/usr/bin/env bash
# prometheus_client 0.26.0 (Python): its parser of OpenMetrics refuses a page that its own writer made, if an exemplar has a quote.
# Expected: what generate_latest writes, text_string_to_metric_families reads. OpenMetrics: values of labels, of exemplars too, have
#           \" for a quote. The same value in a label of the metric itself is read.
# Seen:     ValueError "Invalid line" for the whole page, whether Python or prom-client 15.1.3 of Node wrote it: an article such
#           as `ruler 6"` in one exemplar, and a tool that reads the page by this parser has no metric at all. Two quotes pass.
# Needs: python3 with pip, node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund prom-client@15.1.3
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check prometheus_client==0.26.0
cat >write.mjs <<'NODE'
import { Counter, Registry } from 'prom-client';

const registry = new Registry();
registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
const sold = new Counter({ name: 'sold', help: 'Articles', registers: [registry], enableExemplars: true });
sold.inc({ value: 1, exemplarLabels: { article: 'ruler 6"' } });
process.stdout.write(await registry.metrics());
NODE
node write.mjs >from-node.txt
cat >ask.py <<'PYTHON'
import sys
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families


def page(value, as_label=False):
    registry = CollectorRegistry()
    counter = Counter("sold", "Articles", ["article"] if as_label else [], registry=registry)
    (counter.labels(value).inc(1) if as_label else counter.inc(1, exemplar={"article": value}))
    return generate_latest(registry).decode()


def read(text):
    try:
        return len(list(text_string_to_metric_families(text)))
    except ValueError as error:
        return f"ValueError: {error}"


article = 'ruler 6"'
seen = {
    "no quote": read(page("ruler")),
    "in a label": read(page(article, as_label=True)),
    "in an exemplar": read(page(article)),
    "two in an exemplar": read(page('"ruler"')),
    "in an exemplar by prom-client": read(open("from-node.txt").read()),
}
print(page(article))
for name, outcome in seen.items():
    print(f"{name}: {outcome}")
refused = [isinstance(outcome, str) for outcome in seen.values()]
sys.exit(0 if refused == [False, False, True, False, True] else 1)
PYTHON
python/bin/python ask.py
