import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
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
import type { ProcessedSet } from '../native/processed-set.ts';
import type { MemberCommand, MemberReport, MemberScript } from './member-script.ts';

/** A consumer that can be killed. It ends with its parent, however that one ends. */
const script: MemberScript = JSON.parse(process.argv[2] ?? '{}');
let name = script.name;
let failures = 0;
let stallAt = script.stallAt;
let goOn: () => void = () => undefined;
const hoarded: unknown[] = [];
/** The work that is done at the moment. */
let turn: Promise<unknown> = Promise.resolve();
let processed: ProcessedSet | undefined;
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
    case 'weigh':
      void bytesInUse().then((bytes) => say({ report: 'weighed', bytes }));
      break;
    case 'continue':
      stallAt = command.stallAt;
      goOn();
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
    if (script.knows === 'by a set') processed = await openSet();
    const running = await join(streams);
    if (script.hoards) for (const topic of script.topics) void hoard(streams, topic);
    say({ report: 'joined', member: running.member });
    await Promise.race([stopped.promise, running.finished]);
    await running.stop();
  } catch (error) {
    say({ report: 'ended', error: error instanceof Error ? error.message : String(error) });
  }
  process.exit(0);
}

/** Only here is Redis's client needed, whose loading takes as long as everything else that a member loads. */
async function openSet(): Promise<ProcessedSet> {
  const { openProcessedSet } = await import('../native/processed-set.ts');
  return openProcessedSet(script.url, script.namespace);
}

function join(streams: Streams): Promise<Running> {
  const { group, topics, mode, delivery, batch = 500 } = script;
  const handler = (message: Message<GuideValue>, context: Context): Promise<void> =>
    handle(streams, message, context);
  const common = {
    group,
    routes: topics.map((topic) => on(unkeyedTopic(topic), handler)),
    observer: observe(),
    leaseMs: script.leaseMs ?? 1_000,
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
  await work(message);
  if (await isNew(streams, message)) await writeJournal(streams, message, context);
  if (stallsAt(label, 'after')) await stall(message);
  tell('handled', message, label);
}

async function hoard(streams: Streams, topic: string): Promise<void> {
  for await (const message of streams.read(unkeyedTopic(topic)))
    say({ report: 'hoarded', records: hoarded.push([message, Buffer.from(JSON.stringify(message.value))]) });
}

async function work(message: Message<GuideValue>): Promise<void> {
  const { workMs = 0, oneAtATime = false } = script;
  const own = async (): Promise<void> => {
    if (stallsAt(message.value.label, 'before')) await stall(message);
    if (workMs > 0) await delay(workMs);
  };
  turn = oneAtATime ? turn.then(own) : own();
  await turn;
}

/** Whether this effect has not been had, as far as this consumer can know. With a set the effect is had here as well. */
async function isNew(
  streams: Streams,
  { topic, partition, offset, value }: Message<GuideValue>,
): Promise<boolean> {
  if (processed) return processed.takeEffect(value.label);
  if (script.knows !== 'by looking') return true;
  for await (const { value: entry } of streams.read(journalTopic, { to: 'now' }))
    if (entry.topic === topic && entry.partition === partition && entry.offset === offset) return false;
  return true;
}

/** Exactly-once stages it in the group's own step; otherwise it is an effect that no acknowledgement can take back. */
async function writeJournal(streams: Streams, message: Message<GuideValue>, context: Context): Promise<void> {
  const { topic, partition, offset, attempt, value } = message;
  const { key, label } = value;
  const entry = { consumer: name, group: script.group, topic, partition, offset, attempt, key, label };
  if (script.delivery === 'exactly-once') context.send(journalTopic, entry);
  else await streams.publish(journalTopic, [entry]);
}

function stallsAt(label: string, when: 'before' | 'after'): boolean {
  return stallAt?.label === label && stallAt.when === when;
}

/** Until it is told to go on. */
async function stall(message: Message<GuideValue>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  goOn = resolve;
  say({ report: 'stalled', label: message.value.label });
  await promise;
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
  if (script.quiet) return;
  const { topic, partition, offset, attempt } = message;
  say({ report, topic, partition, offset, attempt, label, ...(error === undefined ? {} : { error }) });
}

/**
 * Without garbage: when that is collected, and how much the process keeps for more, is V8's affair. What buffers held is
 * given back in the turn after their collection.
 */
async function bytesInUse(): Promise<number> {
  for (let times = 0; times < 2; times++) {
    globalThis.gc?.();
    await nextTurn();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function say(report: MemberReport): void {
  process.send?.(report);
}
