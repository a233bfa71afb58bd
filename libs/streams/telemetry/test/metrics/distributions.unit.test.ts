import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distributions } from '../../src/metric-names.ts';
import { Distributions } from '../../src/metrics/distributions.ts';

const { name, description, buckets } = distributions.endToEnd;
const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);

class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}

const seconds = fc.oneof(fc.constantFrom(...buckets), fc.double({ min: 0, max: 7_200, noNaN: true }));
const values = fc.array(fc.tuple(fc.constantFrom('payment', 'shipping'), seconds), { maxLength: 60 });

describe('a distribution', () => {
  it('is in a scrape what the histogram of the SDK is for the same values', async () => {
    await fc.assert(
      fc.asyncProperty(values, async (recorded) => {
        const own = new Distributions(distributions.endToEnd);
        const reader = new Reader();
        const meter = new MeterProvider({ readers: [reader] }).getMeter('millrace');
        const theirs = meter.createHistogram(name, {
          description,
          advice: { explicitBucketBoundaries: [...buckets] },
        });
        for (const [group, value] of recorded) {
          own.of({ group }).add(value);
          theirs.record(value, { group });
        }
        const text = serializer.serialize((await own.collect()).resourceMetrics);
        expect(text).toBe(serializer.serialize((await reader.collect()).resourceMetrics));
      }),
    );
  });
});
