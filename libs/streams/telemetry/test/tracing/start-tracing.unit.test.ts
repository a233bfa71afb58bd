import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { expect, it } from 'vitest';
import { startTracing } from '../../src/tracing/index.ts';

it('gives the spans that a handler makes itself to whichever tracing is on, one after the other', async () => {
  const problems: string[] = [];
  for (const service of ['first', 'second']) {
    const exporter = new InMemorySpanExporter();
    const spans = new SimpleSpanProcessor({ exporter });
    await using tracing = startTracing({
      service,
      sampler: 'always_on',
      ratio: 1,
      spans,
      onProblem: (problem) => problems.push(problem),
    });
    await tracing.inSpan({ name: 'within nothing', attributes: {} }, async () => {
      trace.getTracer('handler').startSpan(service).end();
    });
    await spans.forceFlush();
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual([service]);
  }
  trace.getTracer('handler').startSpan('after both').end();
  expect(problems).toEqual([]);
});
