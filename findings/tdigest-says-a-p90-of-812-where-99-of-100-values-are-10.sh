#!/usr/bin/env bash
# tdigest 0.1.3 (npm) and tdigest 0.5.2.2 (Python): 990 requests took 10 ms and 10 took 1,000 ms; the 90th percentile is said to be
# 812 ms, and the median 20 ms.
# Expected: both packages promise percentiles that are most exact near the ends ("accurate on-line accumulation of rank-based
#           statistics"). The median and the 90th and 98th percentile of these values are 10, whatever the way they are taken.
# Seen:     equal values become one centroid each, and what lies between two centroids is drawn as a straight line, so that
#           anything but the outermost percentiles is invented: 19.9, 811.9 and 970. Latencies rounded to milliseconds, prices and
#           quantities are such values. The digest of crick, HdrHistogram and DDSketch say 10 (within their one per cent).
# Needs: node 20 or newer with npm, python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund tdigest@0.1.3
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check tdigest==0.5.2.2 crick==0.0.8 numpy hdrhistogram==0.10.8 ddsketch==3.0.1
cat >ask.cjs <<'NODE'
const { TDigest } = require('tdigest');

const digest = new TDigest();
for (let request = 0; request < 1000; request++) digest.push(request % 100 === 99 ? 1000 : 10);
const said = digest.percentile([0.5, 0.9, 0.98]).map((value) => Math.round(value));
console.log('tdigest of npm, p50 p90 p98:   ', ...said);
process.exitCode = said[0] > 15 && said[1] > 700 && said[2] > 900 ? 0 : 1;
NODE
node ask.cjs
cat >ask.py <<'PYTHON'
import sys
from crick import TDigest as Crick
from ddsketch import DDSketch
from hdrh.histogram import HdrHistogram
from tdigest import TDigest

values = [1000 if request % 100 == 99 else 10 for request in range(1000)]
digest, crick, sketch, histogram = TDigest(), Crick(), DDSketch(), HdrHistogram(1, 100000, 3)
digest.batch_update(values)
crick.update(values)
for value in values:
    sketch.add(value)
    histogram.record_value(value)
said = {
    "tdigest of Python": [digest.percentile(p) for p in (50, 90, 98)],
    "crick": [float(crick.quantile(p / 100)) for p in (50, 90, 98)],
    "DDSketch": [sketch.get_quantile_value(p / 100) for p in (50, 90, 98)],
    "HdrHistogram": [histogram.get_value_at_percentile(p) for p in (50, 90, 98)],
}
for name, percentiles in said.items():
    print(f"{name + ', p50 p90 p98:':31}", *(round(value) for value in percentiles))
p50, p90, p98 = said.pop("tdigest of Python")
others = all(abs(value - 10) < 0.5 for percentiles in said.values() for value in percentiles)
sys.exit(0 if p50 > 15 and p90 > 700 and p98 > 900 and others else 1)
PYTHON
python/bin/python ask.py
