import { expect, test } from 'vitest';
import { conclude } from '../src/conclusion.ts';
import type { BackendFigures, Comparison } from '../src/figures.ts';
import { htmlReport } from '../src/report.ts';

function figures(backend: string, throughput: number, ms: number, lost = 0): BackendFigures {
  return {
    backend,
    throughput,
    pacedRate: throughput / 2,
    latencyMs: [50, 99, 100].map((percentile) => ({ percentile, ms })),
    clientCpuUs: 10,
    serverCpuUs: null,
    serverMemory: null,
    diskPerRecord: 100,
    failoverMs: 1_200,
    acksLost: lost === 0 ? [] : [{ acks: 'the leader alone', sent: 50, lost }],
    notes: ['a <note>'],
  };
}

function comparison(backends: readonly BackendFigures[]): Comparison {
  const conclusion = conclude(backends);
  return { measuredAt: 'now', machine: 'this one', workload: { keys: 7 }, backends, conclusion };
}

test('two sentences say who takes more, who is quicker, and what was lost', () => {
  expect(conclude([figures('redis', 90_000, 4), figures('kafka', 120_000, 9.5, 50)])).toEqual([
    'For this load Kafka takes the most records, 120,000 a second, 1.3 times as many as Redis.',
    'At half of what each takes, Redis handles 99 % of the records within 4.0 ms at 45,000 a second, Kafka handles 99 % of the records within 9.5 ms at 60,000 a second, and what only a leader had acknowledged was lost with it (Kafka 50 records), so wait for all copies where that counts.',
  ]);
});

test('at the same load one is called the quickest', () => {
  const atSameLoad = [figures('redis', 90_000, 250), figures('kafka', 120_000, 9.5)].map((each) => ({
    ...each,
    pacedRate: 5_000,
  }));
  expect(conclude(atSameLoad).at(-1)).toBe(
    'Kafka is the quickest at 5,000 a second, 99 % of the records within 9.5 ms (250 ms on Redis).',
  );
});

test('every sentence begins with a capital, whichever backend it begins with', () => {
  for (const backends of [[figures('embedded', 9, 4)], [figures('embedded', 9, 4), figures('redis', 8, 5)]])
    for (const sentence of conclude(backends))
      expect(sentence).toMatch(/^(The embedded log|For this load|At half) /);
});

test('a small difference is called none', () => {
  const [first] = conclude([figures('redis', 100_000, 4), figures('kafka', 95_000, 4)]);
  expect(first).toBe('For this load Redis and Kafka take about as many records (100,000 a second).');
});

test('the best of several is bold, and nothing is the best of one', () => {
  const bold = (backends: readonly BackendFigures[]): readonly string[] =>
    [...htmlReport(comparison(backends)).matchAll(/class="best">([^<]* records\/s)/g)].map(
      ([, text]) => text ?? '',
    );
  expect(bold([figures('redis', 90_000, 4), figures('kafka', 120_000, 9.5)])).toEqual(['120,000 records/s']);
  expect(bold([figures('redis', 90_000, 4)])).toEqual([]);
});

test('the report loads nothing, and says what is not known', () => {
  const html = htmlReport(comparison([figures('embedded', 90_000, 4)]));
  expect(html).not.toMatch(/(?:src|href)=|@import|url\(/);
  expect(html).toContain('not known');
  expect(html).toContain('a &lt;note&gt;');
});
