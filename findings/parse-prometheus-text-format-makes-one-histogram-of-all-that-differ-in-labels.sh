#!/usr/bin/env bash
# parse-prometheus-text-format 1.1.1 (npm), the newest: of the histograms of two shops one is left, without its shop and its sum.
# Expected: its README: "The output aims to be compatible with that of prom2json", which has an entry in "metrics" for each set of
#           labels, with its buckets, count and sum (prom2json 1.4.2). The package itself does so for counters and gauges.
# Seen:     one entry for all: the buckets of the last shop, and of the labels, counts and sums nothing. If one series has no labels, its
#           sum and count stand beside the buckets of another. Summaries are merged likewise. What prom-client 15.1.3 writes for a
#           histogram with labelNames, as for the requests of each route, cannot be read by it; no error.
# Needs: node 20 or newer with npm, go 1.24 or newer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export GOPATH=$folder/go GOFLAGS=-modcacherw
npm init -y >/dev/null
npm install --silent --no-audit --no-fund parse-prometheus-text-format@1.1.1 prom-client@15.1.3
cat >write.cjs <<'NODE'
const { Counter, Histogram, Registry } = require('prom-client');

const registry = new Registry();
const shared = { help: 'Orders', labelNames: ['shop'], registers: [registry] };
const orders = new Counter({ name: 'orders', ...shared });
const seconds = new Histogram({ name: 'seconds', buckets: [1], ...shared });
for (const [shop, times] of [['north', [0.5, 0.5, 4]], ['south', [2]]]) {
  orders.inc({ shop }, times.length);
  for (const time of times) seconds.observe({ shop }, time);
}
registry.metrics().then((text) => process.stdout.write(text));
NODE
node write.cjs >page.txt
cat >ask.cjs <<'NODE'
const { readFileSync } = require('node:fs');
const parse = require('parse-prometheus-text-format');

const read = (parse.default ?? parse)(readFileSync('page.txt', 'utf8'));
const reference = JSON.parse(readFileSync('prom2json.txt', 'utf8'));
const metrics = (families, name) => families.find((family) => family.name === name).metrics;
const shown = { orders: metrics(read, 'orders'), seconds: metrics(read, 'seconds'), byProm2json: metrics(reference, 'seconds') };
console.log(JSON.stringify(shown, null, 1));
const right = shown.byProm2json.map(({ labels, count, sum }) => `${labels.shop} ${count} ${sum}`).join(', ');
process.exitCode =
  shown.orders.length === 2 &&
  JSON.stringify(shown.seconds) === '[{"buckets":{"1":"0","+Inf":"1"}}]' &&
  right === 'north 3 5, south 1 2'
    ? 0
    : 1;
NODE
go run github.com/prometheus/prom2json/cmd/prom2json@v1.4.2 page.txt >prom2json.txt 2>log || { cat log; exit 2; }
node ask.cjs
