import type { GuideEvent } from '@millrace/guide';
import { wrap } from './flow.ts';
import type { Brush } from './paint.ts';
import { drawTable } from './table.ts';

/** Lines for one event; none for those that others say as well, or that are drawn together. */
export function drawEvent(
  event: GuideEvent,
  { brush, width }: { readonly brush: Brush; readonly width: number },
): string | undefined {
  switch (event.kind) {
    case 'step':
      return `\n${wrap(event.text, { width, first: `${brush.heading(`▸ ${event.title}`)}  `, indent: 2 })}`;
    case 'topic-created':
      return `  topic ${brush.heading(event.topic)} with ${event.partitions} partition${event.partitions === 1 ? '' : 's'}`;
    case 'produced':
    case 'stored':
    case 'delivered':
    case 'handled':
    case 'finished':
      return undefined;
    case 'consumer-started':
      return `  ${brush.consumer(event.consumer)} starts${event.group === null ? '' : ` in ${event.group}`}${event.pid === null ? '' : brush.faint(` (process ${event.pid})`)}`;
    case 'consumer-stopped':
      return `  ${brush.consumer(event.consumer)} leaves`;
    case 'failed':
      return `  ${brush.bad('✗')} ${brush.consumer(event.consumer)} failed at ${brush.record(event.label)}: ${event.error}`;
    case 'acknowledged':
      return `  ${brush.good('✓')} ${brush.consumer(event.consumer)} acknowledged ${brush.record(event.label)}`;
    case 'committed':
      return `  ${event.group} is at ${event.topic}[${event.partition}] ${event.offset}`;
    case 'crashed':
      return `  ${brush.bad(`✝ ${event.consumer} killed (${event.signal}, process ${event.pid})`)}`;
    case 'reclaimed':
      return `  ${brush.record(event.label)} moves from ${brush.consumer(event.from)} to ${brush.consumer(event.consumer)}`;
    case 'rebalanced':
      return event.assignment.map((row) => assignmentLine(row, brush)).join('\n');
    case 'pending-listed':
      return drawPending(event.entries, brush);
    case 'offsets-listed':
      return drawTable(
        ['partition', 'last', 'committed', 'lag'],
        event.partitions.map((row) => [
          `${row.topic}[${row.partition}]`,
          row.last ?? '–',
          row.committed ?? '–',
          String(row.lag ?? '?'),
        ]),
        { indent: 2, faint: brush.faint },
      );
    case 'nodes-listed':
      return drawTable(
        ['node', 'state', 'leads', 'copies'],
        event.nodes.map((node) => [node.node, node.state, node.leads.join(' '), node.follows.join(' ')]),
        { indent: 2, faint: brush.faint },
      );
    case 'node-killed':
      return `  ${brush.bad(`✝ node ${event.node} killed`)}`;
    case 'table':
      return `  ${event.title}\n${drawTable(event.columns, event.rows, { indent: 2, faint: brush.faint })}`;
    case 'measured':
      return `  ${event.name}: ${event.value.toLocaleString('en')} ${event.unit}`;
    case 'command':
      return event.command.source === 'command-line'
        ? wrap(event.command.text, { width, first: `  ${brush.heading('$')} `, indent: 6 })
        : undefined;
    case 'claim-checked': {
      const { text, holds, evidence } = event.claim;
      const sign = holds ? brush.good('✓') : brush.bad('✗');
      return `${wrap(text, { width, first: `${sign} ` })}\n${brush.faint(wrap(evidence, { width, first: '    ' }))}`;
    }
    default:
      return event satisfies never;
  }
}

function assignmentLine(
  { consumer, partitions }: { consumer: string; partitions: readonly number[] },
  brush: Brush,
): string {
  const lanes = partitions.map((partition) => `P${partition}`).join(' ');
  return `  ${brush.consumer(consumer)} ${brush.faint('──')} ${lanes === '' ? brush.faint('idle') : lanes}`;
}

function drawPending(
  entries: Extract<GuideEvent, { kind: 'pending-listed' }>['entries'],
  { faint }: Brush,
): string {
  if (entries.length === 0) return '  nothing is pending';
  const rows = entries.map(({ label, consumer, deliveries, offset }) => [
    label,
    consumer,
    String(deliveries),
    offset,
  ]);
  return drawTable(['pending', 'to', 'delivered', 'position'], rows, { indent: 2, faint });
}
