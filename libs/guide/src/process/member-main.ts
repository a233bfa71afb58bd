import { setTimeout as delay } from 'node:timers/promises';
import {
  type Context,
  type Message,
  type Observer,
  on,
  openStreams,
  type Running,
  type StoredRecord,
  type Streams,
} from '@millrace/streams';
import { type GuideValue, journalTopic, unkeyedTopic } from '../engine/value.ts';
import { tapKafkaRequests } from '../native/kafka-requests.ts';
import type { MemberCommand, MemberReport, MemberScript } from './member-script.ts';

/** A consumer that can be killed. It ends with its parent, however that one ends. */
const script: MemberScript = JSON.parse(process.argv[2] ?? '{}');
let name = script.name;
let failures = 0;
const leases = new Set<number>();
const stopped = Promise.withResolvers<void>();

process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
process.on('message', (command: MemberCommand) => {
  switch (command.command) {
    case 'stop':
      stopped.resolve();
      break;
    case 'hear':
      say({ report: 'heard' });
      break;
    case 'rename':
      name = command.name;
      break;
    default:
      command satisfies never;
  }
});

await main();

async function main(): Promise<void> {
  if (script.url.startsWith('kafka'))
    tapKafkaRequests((request) => say({ report: 'request', name: request }));
  try {
    await using streams = await openStreams(script.url, { namespace: script.namespace });
    const running = await join(streams);
    say({ report: 'joined', pid: process.pid });
    await Promise.race([stopped.promise, running.finished]);
    await running.stop();
  } catch (error) {
    say({ report: 'ended', error: error instanceof Error ? error.message : String(error) });
  }
  process.exit(0);
}

function join(streams: Streams): Promise<Running> {
  const { group, topics, mode, delivery, batch = 500 } = script;
  const handler = (message: Message<GuideValue>, context: Context): Promise<void> =>
    handle(streams, message, context);
  const common = {
    group,
    routes: topics.map((topic) => on(unkeyedTopic(topic), handler)),
    observer: observe(),
    leaseMs: 1_000,
    batch,
    retry: { attempts: 5, delay: () => 20 },
  };
  if (delivery !== 'exactly-once') return streams.run({ ...common, mode, delivery });
  if (mode === 'competing') return streams.run({ ...common, mode, delivery });
  return streams.run({
    ...common,
    mode,
    delivery,
    ...(script.dedupe
      ? { dedupe: { by: ({ value }) => (value as GuideValue).label, window: { count: 1_000 } } }
      : {}),
  });
}

async function handle(streams: Streams, message: Message<GuideValue>, context: Context): Promise<void> {
  const { label } = message.value;
  tell('delivered', message, message.value.label);
  if (script.failAt?.label === label && failures < script.failAt.times) {
    failures++;
    tell('failed', message, label, `the database is away (${failures})`);
    throw new Error(`the database is away (${failures})`);
  }
  if (stallsAt(label, 'before')) await stall(message);
  if (script.workMs) await delay(script.workMs);
  await writeJournal(streams, message, context);
  if (stallsAt(label, 'after')) await stall(message);
  tell('handled', message, label);
}

/** Exactly-once stages it in the group's own step; otherwise it is an effect that no acknowledgement can take back. */
async function writeJournal(streams: Streams, message: Message<GuideValue>, context: Context): Promise<void> {
  const { topic, partition, offset, attempt, value } = message;
  const entry = { consumer: name, group: script.group, topic, partition, offset, attempt, ...value };
  if (script.delivery === 'exactly-once') context.send(journalTopic, entry);
  else await streams.publish(journalTopic, [entry]);
}

function stallsAt(label: string, when: 'before' | 'after'): boolean {
  return script.stallAt?.label === label && script.stallAt.when === when;
}

async function stall(message: Message<GuideValue>): Promise<never> {
  say({ report: 'stalled', label: message.value.label });
  return new Promise<never>(() => setInterval(() => undefined, 60_000));
}

function observe(): Observer {
  return {
    leaseGained: ({ partition }) => sayLeases(leases.add(partition)),
    leaseEnded: ({ partition }) => {
      leases.delete(partition);
      sayLeases(leases);
    },
    committed: ({ records }) => {
      for (const record of records) tell('committed', { ...placeOf(record), attempt: 1 }, labelOf(record));
    },
  };
}

function sayLeases(held: ReadonlySet<number>): void {
  say({ report: 'leases', partitions: [...held].sort((a, b) => a - b) });
}

function labelOf(record: StoredRecord): string {
  const value: GuideValue = JSON.parse(Buffer.from(record.value ?? []).toString());
  return value.label;
}

function placeOf({ topic, partition, offset }: StoredRecord): {
  topic: string;
  partition: number;
  offset: string;
} {
  return { topic, partition, offset };
}

type Told = Extract<MemberReport, { label: string; attempt: number }>['report'];

function tell(
  report: Told,
  message: { topic: string; partition: number; offset: string; attempt: number },
  label: string,
  error?: string,
): void {
  const { topic, partition, offset, attempt } = message;
  say({ report, topic, partition, offset, attempt, label, ...(error === undefined ? {} : { error }) });
}

function say(report: MemberReport): void {
  process.send?.(report);
}
