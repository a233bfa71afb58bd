import type { GuideEvent } from '@millrace/guide/events';
import { laneName, type Picture } from './picture.ts';

/** What just happened, in words; null for what another event says as well. */
export function sentenceOf(event: GuideEvent): string | null {
  switch (event.kind) {
    case 'step':
      return `${event.title}. ${event.text}`;
    case 'topic-created':
      return `The topic ${event.topic} has ${event.partitions} partition${event.partitions === 1 ? '' : 's'}.`;
    case 'stored':
      return `${event.label} is stored in ${laneName(event.topic, event.partition)} at ${event.offset}.`;
    case 'consumer-started':
      return `${event.consumer} starts${event.group === null ? '' : ` in the group ${event.group}`}.`;
    case 'consumer-stopped':
      return `${event.consumer} leaves.`;
    case 'delivered':
      return `${event.label} is delivered to ${event.consumer}${event.attempt > 1 ? `, attempt ${event.attempt}` : ''}.`;
    case 'failed':
      return `${event.consumer} fails at ${event.label}: ${event.error}.`;
    case 'acknowledged':
      return `${event.consumer} acknowledges ${event.label}.`;
    case 'committed':
      return `${event.group} is committed at ${event.offset} of ${laneName(event.topic, event.partition)}.`;
    case 'crashed':
      return `${event.consumer} is killed with ${event.signal}.`;
    case 'reclaimed':
      return `${event.label} moves from ${event.from} to ${event.consumer}.`;
    case 'rebalanced':
      return `${event.group} shares out: ${event.assignment.map(({ consumer, partitions }) => `${consumer} ${partitions.length === 0 ? 'is idle' : `has ${partitions.map((each) => `P${each}`).join(' and ')}`}`).join(', ')}.`;
    case 'pending-listed':
      return event.entries.length === 0
        ? `Nothing is pending in ${event.group}.`
        : `Pending in ${event.group}: ${event.entries.map(({ label, consumer }) => `${label} to ${consumer}`).join(', ')}.`;
    case 'offsets-listed':
      return `${event.group} lags by ${event.partitions.reduce((sum, { lag }) => sum + (lag ?? 0), 0)}.`;
    case 'nodes-listed':
      return `Servers: ${event.nodes.map(({ node, state, leads }) => `${node} ${state === 'down' ? 'is down' : `leads ${leads.join(' ') || 'nothing'}`}`).join(', ')}.`;
    case 'node-killed':
      return `The server ${event.node} is killed.`;
    case 'table':
      return `${event.title}: ${event.rows.map((row) => row.map((cell, column) => `${event.columns[column]} ${cell}`).join(', ')).join('; ')}.`;
    case 'measured':
      return `${event.name}: ${event.value} ${event.unit}.`;
    case 'claim-checked':
      return `${event.claim.holds ? 'Holds' : 'Does not hold'}: ${event.claim.text}.`;
    case 'finished':
      return event.holds ? 'All claims hold.' : 'Not all claims hold.';
    case 'produced':
    case 'handled':
    case 'command':
      return null;
    default:
      return event satisfies never;
  }
}

/** The whole drawing in words. */
export function describePicture({ lanes, consumers }: Picture): string {
  const streams = lanes.map(
    ({ name, records, stored }) =>
      `${name} holds ${stored} record${stored === 1 ? '' : 's'}${records.length === 0 ? '' : `, the last ${records.map(({ label }) => label).join(', ')}`}.`,
  );
  const readers = consumers.map(({ name, state, handled, unacknowledged, partitions }) => {
    const has = partitions.length === 0 ? '' : `, has ${partitions.map((each) => `P${each}`).join(' and ')}`;
    const open = unacknowledged.length === 0 ? '' : `, not acknowledged: ${unacknowledged.join(', ')}`;
    return `${name} ${state === 'up' ? 'runs' : state === 'left' ? 'has left' : 'is killed'}${has}, handled ${handled}${open}.`;
  });
  return [...streams, ...readers].join(' ');
}
