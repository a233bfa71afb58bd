import type { Topic } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import {
  allTopics,
  emails,
  inventoryEvents,
  inventoryResults,
  pageViews,
  paymentEvents,
  paymentResults,
  stockAllocations,
  stockMovements,
  webserverEvents,
} from '../src/index.ts';
import * as example from './examples.ts';

interface Case<Event> {
  readonly topic: Topic<Event>;
  readonly events: readonly Event[];
  readonly key: keyof Event;
}

const cases = [
  of({
    topic: paymentEvents,
    events: [example.paymentRequested, example.refundRequested],
    key: 'payerId',
  }),
  of({ topic: paymentResults, events: example.results, key: 'orderId' }),
  of({ topic: inventoryEvents, events: example.inventory, key: 'orderId' }),
  of({ topic: stockMovements, events: example.movements, key: 'sku' }),
  of({
    topic: stockAllocations,
    events: [example.lineAllocated, example.lineBackordered, example.stockChanged],
    key: 'orderId',
  }),
  of({ topic: inventoryResults, events: [example.orderAllocated], key: 'orderId' }),
  of({ topic: emails, events: example.emailRequests, key: 'orderId' }),
  of({ topic: webserverEvents, events: [example.requestLogged], key: 'client' }),
  of({ topic: pageViews, events: [example.pageViewed], key: 'client' }),
];

describe.each(cases)('$name', ({ accepted, refused, keys, ids, events }) => {
  test('accepts its events unchanged', () => {
    expect(accepted()).toEqual(events);
  });

  test('is keyed by the field that its order is promised for', () => {
    expect(keys.actual).toEqual(keys.expected);
  });

  test('gives every event an id of its own', () => {
    expect(new Set(ids).size).toBe(events.length);
  });

  test('refuses an event without any one of its fields, and one whose field has another type', () => {
    expect(refused()).toEqual([]);
  });
});

test('the list has every topic once', () => {
  expect(allTopics).toHaveLength(cases.length);
  expect(new Set(allTopics.map(({ name }) => name))).toEqual(new Set(cases.map(({ name }) => name)));
});

function of<Event extends object>({ topic, events, key }: Case<Event>) {
  return {
    name: topic.name,
    events,
    accepted: () => events.map((event) => check(topic, event)),
    refused: () =>
      events.flatMap((event) =>
        Object.keys(event)
          .flatMap((field) => [without(event, field), { ...event, [field]: { wrong: true } }])
          .filter((broken) => check(topic, broken) !== undefined),
      ),
    keys: { actual: events.map((event) => topic.key?.(event)), expected: events.map((event) => event[key]) },
    ids: events.map((event) => topic.id?.(event)),
  };
}

/** The checked value, or undefined when the topic's schema refuses it. */
function check(topic: Pick<Topic<unknown>, 'schema'>, value: unknown): unknown {
  const result = topic.schema?.['~standard'].validate(value);
  if (result === undefined || result instanceof Promise) throw new Error('the schema must answer at once');
  return result.issues ? undefined : result.value;
}

function without(event: object, field: string): object {
  return Object.fromEntries(Object.entries(event).filter(([name]) => name !== field));
}
