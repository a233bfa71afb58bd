import { type StoredRecord, StreamsError } from '@millrace/streams';
import { describe, expect, it } from 'vitest';
import { groupMetrics, Metrics, measureProcess } from '../../src/index.ts';
import { counters, gauges, histograms, upDownCounters } from '../../src/metric-names.ts';

const error = new StreamsError('REJECTED', 'a reason that names a person');
const message = { topic: 'orders', partition: 3, offset: '7' };

function record(ageMs: number): StoredRecord {
  return { ...message, key: null, value: new Uint8Array(), headers: {}, timestamp: Date.now() - ageMs };
}

describe('the metrics of a process', () => {
  it('say what groups did', async () => {
    const metrics = new Metrics();
    const observer = groupMetrics(metrics);
    observer.leaseGained?.({ group: 'payment', partition: 1, epoch: 1 });
    observer.leaseGained?.({ group: 'payment', partition: 2, epoch: 1 });
    observer.leaseEnded?.({ group: 'payment', partition: 2, reason: 'lost' });
    observer.handled?.({ group: 'payment', topic: 'orders', messages: 3, durationMs: 3 });
    const records = [record(30), record(-5_000)];
    observer.committed?.({ group: 'payment', records, outputs: 4, durationMs: 2 });
    observer.redelivered?.({ group: 'payment', message, attempt: 2 });
    observer.failed?.({ group: 'payment', message, attempt: 1, error });
    observer.deadLettered?.({ group: 'payment', message, attempts: 2, error });
    observer.error?.({ group: 'payment', error, fatal: false });
    const text = await metrics.text();
    for (const line of [
      'streams_leases{group="payment"} 1',
      'streams_lease_events_total{group="payment",event="gained"} 2',
      'streams_lease_events_total{group="payment",event="lost"} 1',
      'streams_rebalances_total{group="payment"} 1',
      'streams_messages_handled_total{group="payment",topic="orders"} 3',
      'streams_handler_duration_seconds_bucket{group="payment",topic="orders",le="0.005"} 1',
      'streams_messages_settled_total{group="payment"} 2',
      'streams_outputs_total{group="payment"} 4',
      'streams_commit_duration_seconds_count{group="payment"} 1',
      'streams_end_to_end_seconds_bucket{group="payment",le="0.001"} 1',
      'streams_end_to_end_seconds_bucket{group="payment",le="60"} 2',
      'streams_end_to_end_seconds_bucket{group="payment",le="+Inf"} 2',
      'streams_end_to_end_seconds_count{group="payment"} 2',
      'streams_messages_redelivered_total{group="payment"} 1',
      'streams_handler_failures_total{group="payment",code="REJECTED"} 1',
      'streams_messages_dead_lettered_total{group="payment",code="REJECTED"} 1',
      'streams_troubles_total{group="payment",code="REJECTED"} 1',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).not.toContain('person');
  });

  it('say what the process takes', async () => {
    const metrics = new Metrics();
    measureProcess(metrics);
    const text = await metrics.text();
    expect(text).toMatch(/^process_resident_memory_bytes [1-9]/m);
    expect(text).toMatch(/^process_cpu_seconds_total \d/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m);
  });

  it('have no label but those of the registry', async () => {
    const metrics = new Metrics();
    const observer = groupMetrics(metrics);
    observer.handled?.({ group: 'payment', topic: 'orders', messages: 3, durationMs: 3 });
    observer.error?.({ group: 'payment', error, fatal: false });
    const declared = Object.values({
      ...counters,
      ...upDownCounters,
      ...gauges,
      ...histograms,
    });
    const known = new Set(['le', ...declared.flatMap(({ labels }) => labels)]);
    for (const [, label] of (await metrics.text()).matchAll(/[{,](\w+)="/g)) expect(known).toContain(label);
  });
});
