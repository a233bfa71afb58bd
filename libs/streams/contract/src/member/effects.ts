import { type Context, type Message, type StatefulContext, store } from '@millrace/streams';
import { type Item, type Output, outputTopic } from './items.ts';
import { crashAt, mishapsBefore } from './mishaps.ts';
import { report } from './report.ts';
import type { Effect, Mishap } from './script.ts';

export type Handle<Of extends Context> = (message: Message<Item>, context: Of) => void | Promise<void>;

/** The effect with the script's mishaps round it, reported. */
export function handleWith<Of extends Context>(mishaps: readonly Mishap[], effect: Handle<Of>): Handle<Of> {
  return async (message, context) => {
    const { id, key, sequence } = message.value;
    const { topic, partition, attempt } = message;
    const handling = { id, key, sequence, topic, partition, attempt };
    context.signal.addEventListener('abort', () => report({ event: 'aborted', id }));
    report({ event: 'handling', ...handling });
    await mishapsBefore(mishaps, message);
    await effect(message, context);
    report({ event: 'handled', ...handling });
    crashAt('after-handling', mishaps, [id]);
  };
}

export const skipEffect: Handle<Context> = () => undefined;

export function sendOn(to: string, epochs: ReadonlyMap<number, number>): Handle<Context> {
  const outputs = outputTopic(to);
  return (message, context) => context.send(outputs, outputOf(message, 0, epochs));
}

export function countAndSend(
  { to, store: name }: Extract<Effect, { kind: 'count' }>,
  epochs: ReadonlyMap<number, number>,
): Handle<StatefulContext> {
  const outputs = outputTopic(to);
  const counts = store<number>(name);
  return async (message, context) => {
    const state = context.state(counts);
    const count = ((await state.get(message.value.key)) ?? 0) + 1;
    state.set(message.value.key, count);
    context.send(outputs, outputOf(message, count, epochs));
  };
}

export function swellAndSend(
  { to, bytes }: Extract<Effect, { kind: 'swell' }>,
  epochs: ReadonlyMap<number, number>,
): Handle<Context> {
  const outputs = outputTopic(to);
  return (message, context) =>
    context.send(outputs, { ...outputOf(message, 0, epochs), ballast: ballast(bytes) });
}

export function swellState({
  bytes,
  store: name,
}: Extract<Effect, { kind: 'swell' }>): Handle<StatefulContext> {
  const ballasts = store<string>(name);
  return async ({ value }, context) => {
    const state = context.state(ballasts);
    await state.get(value.key);
    state.set(value.key, ballast(bytes));
  };
}

function ballast(bytes: number): string {
  return 'x'.repeat(bytes);
}

function outputOf(message: Message<Item>, count: number, epochs: ReadonlyMap<number, number>): Output {
  const { partition, attempt } = message;
  return {
    ...message.value,
    count,
    pid: process.pid,
    from: partition,
    epoch: epochs.get(partition) ?? 0,
    attempt,
  };
}
