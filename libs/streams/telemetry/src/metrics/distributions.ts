import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import { hrTime } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  type DataPoint,
  DataPointType,
  type Histogram,
  type HistogramMetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { HistogramDeclaration } from '../metric-names.ts';

/**
 * A histogram for what happens with every message. The SDK's own looks its labels up at each value; here they are looked
 * up once, and a scrape reads the counts.
 */
export class Distributions implements MetricProducer {
  readonly #declaration: HistogramDeclaration;
  readonly #startTime: HrTime = hrTime();
  readonly #byLabels = new Map<
    string,
    { readonly labels: Attributes; readonly distribution: Distribution }
  >();

  constructor(declaration: HistogramDeclaration) {
    this.#declaration = declaration;
  }

  /** The same for the same values of the declared labels. */
  of(labels: Readonly<Record<string, string>>): Distribution {
    const key = JSON.stringify(this.#declaration.labels.map((name) => labels[name]));
    const known = this.#byLabels.get(key);
    if (known) return known.distribution;
    const distribution = new Distribution(this.#declaration.buckets);
    this.#byLabels.set(key, { labels, distribution });
    return distribution;
  }

  async collect(): Promise<CollectionResult> {
    const { name, description, buckets } = this.#declaration;
    const endTime = hrTime();
    const dataPoints = Array.from(
      this.#byLabels.values(),
      ({ labels, distribution }): DataPoint<Histogram> => ({
        startTime: this.#startTime,
        endTime,
        attributes: labels,
        value: {
          buckets: { boundaries: [...buckets], counts: [...distribution.counts] },
          sum: distribution.sum,
          count: distribution.count,
        },
      }),
    );
    const metric: HistogramMetricData = {
      descriptor: { name, description, unit: '', valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints,
    };
    const metrics = dataPoints.length > 0 ? [metric] : [];
    const scopeMetrics = [{ scope: { name: 'millrace' }, metrics }];
    return { resourceMetrics: { resource: resourceFromAttributes({}), scopeMetrics }, errors: [] };
  }
}

/** Values counted by bucket. */
export class Distribution {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  add(value: number): void {
    const bounds = this.#bounds;
    let bucket = 0;
    // A value that is a bucket's upper bound belongs to it.
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
    this.#count += 1;
  }

  get counts(): readonly number[] {
    return this.#counts;
  }

  get sum(): number {
    return this.#sum;
  }

  get count(): number {
    return this.#count;
  }
}
