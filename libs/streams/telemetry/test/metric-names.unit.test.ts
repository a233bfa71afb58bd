import { describe, expect, it } from 'vitest';
import { counters, gauges, histograms, upDownCounters } from '../src/metric-names.ts';
import { sourceText } from './source-text.ts';

const every = { ...counters, ...upDownCounters, ...gauges, ...histograms };

describe('the registry of metrics', () => {
  it('has no two metrics of one name, and names that Prometheus keeps', () => {
    const names = Object.values(every).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+([._][a-z0-9]+)+$/);
  });

  it('has no metric that nothing measures', () => {
    const source = sourceText();
    const measured = [
      ...source.matchAll(/\.(?:counter|upDownCounter|histogram|observable\w+)\('(\w+)'\)/g),
    ].map(([, name]) => name);
    expect(measured.toSorted()).toEqual(Object.keys(every).toSorted());
  });

  it('is where every metric is made', () => {
    expect(
      sourceText().match(/\.create(Observable)?(Counter|UpDownCounter|Gauge|Histogram)\(/g),
    ).toHaveLength(5);
  });

  it('has buckets in order', () => {
    for (const { buckets } of Object.values(histograms)) {
      expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
    }
  });
});
