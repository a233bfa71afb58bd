import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { expect, it } from 'vitest';
import { startTracing } from '../../src/tracing/index.ts';

it('gives the spans that a handler makes itself to whichever tracing is on, one after the other', async () => {
  const problems: string[] = [];
  for (const service of ['first', 'second']) {
    const exporter = new InMemorySpanExporter();
    const spans = new SimpleSpanProcessor({ exporter });
    await using _tracing = startTracing({
      service,
      sampler: 'always_on',
      ratio: 1,
      spans,
      onProblem: (problem) => problems.push(problem),
    });
    trace.getTracer('handler').startSpan(service).end();
    await spans.forceFlush();
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual([service]);
  }
  expect(trace.getTracer('handler').startSpan('after both').isRecording()).toBe(false);
  expect(problems).toEqual([]);
});
