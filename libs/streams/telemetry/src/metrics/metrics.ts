import type {
  Attributes,
  BatchObservableCallback,
  Counter,
  Histogram,
  Meter,
  Observable,
  ObservableCounter,
  ObservableGauge,
  UpDownCounter,
} from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import {
  type CounterName,
  counters,
  type GaugeName,
  gauges,
  type HistogramName,
  histograms,
  type UpDownCounterName,
  upDownCounters,
} from '../metric-names.ts';

/** The metrics of one process, declared in metric-names.ts and nowhere else. A scrape is Prometheus text. */
export class Metrics {
  readonly #reader = new ScrapeReader();
  readonly #meter: Meter = new MeterProvider({ readers: [this.#reader] }).getMeter('millrace');
  readonly #serializer = new PrometheusSerializer(undefined, false, undefined, true, true);

  counter(name: CounterName): Counter {
    return this.#meter.createCounter(counters[name].name, counters[name]);
  }

  upDownCounter(name: UpDownCounterName): UpDownCounter {
    return this.#meter.createUpDownCounter(upDownCounters[name].name, upDownCounters[name]);
  }

  histogram(name: HistogramName): Histogram {
    const { name: full, description, buckets } = histograms[name];
    return this.#meter.createHistogram(full, {
      description,
      advice: { explicitBucketBoundaries: [...buckets] },
    });
  }

  observableGauge(name: GaugeName): ObservableGauge {
    return this.#meter.createObservableGauge(gauges[name].name, gauges[name]);
  }

  observableCounter(name: CounterName): ObservableCounter {
    return this.#meter.createObservableCounter(counters[name].name, counters[name]);
  }

  /** Calls back at each scrape, which waits for it. */
  observe(callback: BatchObservableCallback<Attributes>, observables: Observable[]): void {
    this.#meter.addBatchObservableCallback(callback, observables);
  }

  readonly contentType = 'text/plain; version=0.0.4; charset=utf-8';

  async text(): Promise<string> {
    const { resourceMetrics } = await this.#reader.collect();
    return this.#serializer.serialize(resourceMetrics);
  }
}

/** Collects when it is asked, and sends nothing anywhere. */
class ScrapeReader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
  }

  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}
