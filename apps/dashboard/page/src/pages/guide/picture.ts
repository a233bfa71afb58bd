import type { GuideClaim, GuideCommand, GuideEvent, GuideNode } from '@millrace/guide/events';
import { isDrawn } from './moments.ts';

/** What is drawn at one moment of a run. */
export interface Picture {
  readonly step: { readonly title: string; readonly text: string } | null;
  readonly lanes: readonly Lane[];
  readonly consumers: readonly DrawnConsumer[];
  readonly nodes: readonly GuideNode[];
  /** The record that the last event delivered. */
  readonly moving: { readonly lane: string; readonly consumer: string; readonly label: string } | null;
  readonly table: Extract<GuideEvent, { kind: 'table' }> | null;
  readonly pending: Extract<GuideEvent, { kind: 'pending-listed' }> | null;
  readonly offsets: Extract<GuideEvent, { kind: 'offsets-listed' }> | null;
  readonly commands: readonly GuideCommand[];
  readonly claims: readonly GuideClaim[];
  readonly finished: boolean;
}

/** A partition of a topic. */
export interface Lane {
  readonly name: string;
  readonly topic: string;
  readonly partition: number;
  /** The newest; `stored` counts all. */
  readonly records: readonly { readonly label: string; readonly offset: string }[];
  readonly stored: number;
  /** The last committed offset of each group. */
  readonly committed: Readonly<Record<string, string>>;
}

export interface DrawnConsumer {
  readonly name: string;
  readonly group: string | null;
  readonly state: 'up' | 'left' | 'killed';
  /** Whether it is a process that can be killed. */
  readonly isProcess: boolean;
  /** Partitions that its group gave it. */
  readonly partitions: readonly number[];
  readonly handled: number;
  /** What was delivered to it and not yet acknowledged, oldest first. */
  readonly unacknowledged: readonly string[];
  /** Where its last record came from. */
  readonly from: string | null;
}

const keptRecords = 8;
const keptCommands = 60;

export const emptyPicture: Picture = {
  step: null,
  lanes: [],
  consumers: [],
  nodes: [],
  moving: null,
  table: null,
  pending: null,
  offsets: null,
  commands: [],
  claims: [],
  finished: false,
};

/** The picture after the first `count` events. */
export function pictureAt(events: readonly GuideEvent[], count: number): Picture {
  return events.slice(0, count).reduce(afterEvent, emptyPicture);
}

/** The picture after one more event. Changes nothing that it is given. */
export function afterEvent(before: Picture, event: GuideEvent): Picture {
  // What is not drawn leaves the record on its way.
  const picture: Picture = isDrawn(event) ? { ...before, moving: null } : before;
  switch (event.kind) {
    case 'step':
      return { ...picture, step: event, table: null };
    case 'topic-created':
      return Array.from({ length: event.partitions }, (_, partition) => partition).reduce<Picture>(
        (all, partition) => withLane(all, event.topic, partition, (lane) => lane),
        picture,
      );
    case 'stored':
      return withLane(picture, event.topic, event.partition, (lane) => ({
        ...lane,
        stored: lane.stored + 1,
        records: [...lane.records, { label: event.label, offset: event.offset }].slice(-keptRecords),
      }));
    case 'consumer-started':
      return withConsumer(picture, event.consumer, (consumer) => ({
        ...consumer,
        group: event.group,
        state: 'up',
        isProcess: event.pid !== null && event.group !== null,
      }));
    case 'consumer-stopped':
      return withConsumer(picture, event.consumer, gone('left'));
    case 'crashed':
      return withConsumer(picture, event.consumer, gone('killed'));
    case 'delivered':
      return {
        ...withConsumer(picture, event.consumer, (consumer) => ({
          ...consumer,
          group: event.group,
          from: laneName(event.topic, event.partition),
          unacknowledged: [...without(consumer.unacknowledged, event.label), event.label],
        })),
        moving: {
          lane: laneName(event.topic, event.partition),
          consumer: event.consumer,
          label: event.label,
        },
      };
    case 'handled':
      return withConsumer(picture, event.consumer, (consumer) => ({
        ...consumer,
        handled: consumer.handled + 1,
        // A plain consumer has nothing to acknowledge.
        unacknowledged:
          event.group === null ? without(consumer.unacknowledged, event.label) : consumer.unacknowledged,
      }));
    case 'acknowledged':
      return withConsumer(
        withLane(picture, event.topic, event.partition, committedAt(event.group, event.offset)),
        event.consumer,
        (consumer) => ({ ...consumer, unacknowledged: without(consumer.unacknowledged, event.label) }),
      );
    case 'committed':
      return withLane(picture, event.topic, event.partition, committedAt(event.group, event.offset));
    case 'reclaimed':
      return [event.from, event.consumer].reduce<Picture>(
        (all, name) =>
          withConsumer(all, name, (consumer) => ({
            ...consumer,
            unacknowledged:
              name === event.from
                ? without(consumer.unacknowledged, event.label)
                : [...consumer.unacknowledged, event.label],
          })),
        picture,
      );
    case 'rebalanced':
      return event.assignment.reduce<Picture>(
        (all, { consumer: name, partitions }) =>
          withConsumer(all, name, (consumer) => ({ ...consumer, group: event.group, partitions })),
        picture,
      );
    case 'pending-listed':
      return { ...picture, pending: event };
    case 'offsets-listed':
      return {
        ...event.partitions.reduce<Picture>(
          (all, { topic, partition, committed }) =>
            committed === null ? all : withLane(all, topic, partition, committedAt(event.group, committed)),
          picture,
        ),
        offsets: event,
      };
    case 'nodes-listed':
      return { ...picture, nodes: event.nodes };
    case 'node-killed':
      return {
        ...picture,
        nodes: picture.nodes.map((node) =>
          node.node === event.node ? { ...node, state: 'down', leads: [] } : node,
        ),
      };
    case 'table':
      return { ...picture, table: event };
    case 'command':
      return { ...picture, commands: [...picture.commands, event.command].slice(-keptCommands) };
    case 'claim-checked':
      return { ...picture, claims: [...picture.claims, event.claim] };
    case 'finished':
      return { ...picture, finished: true };
    case 'produced':
    case 'failed':
    case 'measured':
      return picture;
    default:
      return event satisfies never;
  }
}

export function laneName(topic: string, partition: number): string {
  return `${topic} P${partition}`;
}

function gone(state: 'left' | 'killed'): (consumer: DrawnConsumer) => DrawnConsumer {
  return (consumer) => ({ ...consumer, state, partitions: [], unacknowledged: [] });
}

function committedAt(group: string, offset: string): (lane: Lane) => Lane {
  return (lane) => ({ ...lane, committed: { ...lane.committed, [group]: offset } });
}

function without(labels: readonly string[], label: string): readonly string[] {
  return labels.filter((each) => each !== label);
}

function withLane(picture: Picture, topic: string, partition: number, change: (lane: Lane) => Lane): Picture {
  const name = laneName(topic, partition);
  const lane = picture.lanes.find((each) => each.name === name);
  if (lane) return { ...picture, lanes: picture.lanes.map((each) => (each === lane ? change(each) : each)) };
  const fresh = { name, topic, partition, records: [], stored: 0, committed: {} };
  return { ...picture, lanes: [...picture.lanes, change(fresh)] };
}

function withConsumer(
  picture: Picture,
  name: string,
  change: (consumer: DrawnConsumer) => DrawnConsumer,
): Picture {
  const consumer = picture.consumers.find((each) => each.name === name);
  if (consumer)
    return {
      ...picture,
      consumers: picture.consumers.map((each) => (each === consumer ? change(each) : each)),
    };
  const fresh: DrawnConsumer = {
    name,
    group: null,
    state: 'up',
    isProcess: false,
    partitions: [],
    handled: 0,
    unacknowledged: [],
    from: null,
  };
  return { ...picture, consumers: [...picture.consumers, change(fresh)] };
}
