import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { counters, gauges, histograms, type MetricDeclaration, upDownCounters } from '../src/metric-names.ts';

const workspace = join(import.meta.dirname, '../../../..');
const read = (path: string): string => readFileSync(join(workspace, path), 'utf8');

const alerts = read('infra/compose/prometheus/alerts.yaml');
const watching = { alerts, dashboard: read('infra/compose/grafana/dashboards/streams.json') };

/** What a scrape calls them. */
function scraped(declarations: Readonly<Record<string, MetricDeclaration>>, endings: string[]): string[] {
  const names = Object.values(declarations).map(({ name }) => name.replaceAll('.', '_'));
  return names.flatMap((name) => endings.map((ending) => name + ending));
}

const known = new Set([
  ...scraped(counters, ['_total']),
  ...scraped({ ...gauges, ...upDownCounters }, ['']),
  ...scraped(histograms, ['_bucket', '_sum', '_count']),
]);

describe('what watches the metrics', () => {
  it.each(Object.entries(watching))('asks only for metrics that are exported: the %s', (_, text) => {
    const asked = text.match(/\b(?:streams|process|nodejs)_\w+/g) ?? [];
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
  });

  it('is explained: every alert has a row in docs/operations', () => {
    const names = [...alerts.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    const explained = [...read('docs/operations/alerts.md').matchAll(/^\| (\w+) \|/gm)].map(
      ([, name]) => name,
    );
    expect(explained.filter((name) => name !== 'alert').toSorted()).toEqual(names.toSorted());
  });
});
