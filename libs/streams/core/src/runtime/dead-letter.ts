import { bytes } from '../codec.ts';
import { isStreamsError, type StreamsError } from '../errors.ts';
import { formatPosition } from '../position.ts';
import type { ProducerRecord } from '../producer-record.ts';
import type { Delivery } from '../record.ts';
import { rawHeadersOf, sizeOf } from '../record-access.ts';
import { type Topic, topic } from '../topic.ts';
import { acknowledgedOnly, type HandlerResult } from './handler-result.ts';
import type { Settings } from './settings.ts';

/** Header names of a dead letter; its key, value and other headers are those of the record that failed. */
export const deadLetterHeaders = {
  group: 'dead-letter-group',
  origin: 'dead-letter-origin',
  code: 'dead-letter-code',
  error: 'dead-letter-error',
  attempts: 'dead-letter-attempts',
  at: 'dead-letter-at',
  cut: 'dead-letter-cut',
} as const;

const maxErrorLength = 1_000;
/** Bytes of a value that stay in a letter whose whole value was refused. */
const keptValueBytes = 64 * 1024;
const keptKeyBytes = 1_024;

/** `<group>.dead-letters`, with as many partitions as the group's widest topic. */
export function deadLetterTopic(group: string): Topic<unknown> {
  return topic<unknown>(`${group}.dead-letters`, { codec: bytes });
}

/** A message that is dead-lettered, and why. */
export interface DeadLetterReason {
  readonly record: Delivery;
  readonly attempts: number;
  readonly error: StreamsError;
}

/** The message's result: its dead letter. Tells the observer. */
export function deadLettered(
  settings: Settings,
  to: Topic<unknown>,
  givenUp: DeadLetterReason,
): HandlerResult {
  const { record, attempts, error } = givenUp;
  settings.observer.deadLettered?.({ group: settings.group, message: record, attempts, error });
  return letterResult(deadLetter(settings, to, givenUp), givenUp.record, wholeLetter);
}

function deadLetter(
  settings: Settings,
  to: Topic<unknown>,
  { record, attempts, error }: DeadLetterReason,
): ProducerRecord {
  const headers = {
    ...settings.deadLetterHeaders?.(record, { attempts, error }),
    [deadLetterHeaders.group]: settings.group,
    [deadLetterHeaders.origin]: formatPosition(record),
    [deadLetterHeaders.code]: error.code,
    [deadLetterHeaders.error]: error.message.slice(0, maxErrorLength),
    [deadLetterHeaders.attempts]: String(attempts),
    [deadLetterHeaders.at]: new Date().toISOString(),
  };
  return {
    topic: to.name,
    partition: record.partition,
    partitioner: to.partitioner,
    key: record.key,
    value: record.value,
    timestamp: Date.now(),
    headers,
    rawHeaders: rawHeadersOf(record).filter(([name]) => !Object.hasOwn(headers, name)),
  };
}

/** Stores a letter at once, cut down as far as the backend asks for. */
export async function appendDeadLetter(settings: Settings, letter: HandlerResult): Promise<void> {
  try {
    await settings.driver.append(await settings.partitioner.assign(letter.outputs), { acks: settings.acks });
  } catch (error) {
    const smaller = isRefusal(error) ? letter.cutDown?.(error) : undefined;
    if (smaller === undefined) throw error;
    await appendDeadLetter(settings, smaller);
  }
}

/** Whether the backend refused for good what one of the messages left behind: it is that message's fault. */
export function isRefusal(error: unknown): error is StreamsError {
  if (isStreamsError(error, 'INVALID_ARGUMENT')) return isRefusal(error.cause);
  return isStreamsError(error, 'TOO_LARGE') || isStreamsError(error, 'INVALID_RECORD');
}

/** How much of a letter is left; what is refused in one form is tried in the next. */
type LetterForm = 'whole' | 'value-cut' | 'bare';
const wholeLetter: LetterForm = 'whole';

function letterResult(letter: ProducerRecord, record: Delivery, form: LetterForm): HandlerResult {
  return {
    ...acknowledgedOnly([record]),
    outputs: [letter],
    bytes: letter.value?.length ?? 0,
    cutDown: (refusal) => cutDown(letter, record, form, refusal),
  };
}

function cutDown(
  letter: ProducerRecord,
  record: Delivery,
  form: LetterForm,
  refusal: StreamsError,
): HandlerResult | undefined {
  switch (form) {
    case 'whole': {
      const value = record.value?.subarray(0, keptValueBytes) ?? null;
      const cut = `${value?.length ?? 0} of ${sizeOf(record)} bytes of the value kept (${refusal.code})`;
      const headers = { ...letter.headers, [deadLetterHeaders.cut]: cut };
      return letterResult({ ...letter, value, headers }, record, 'value-cut');
    }
    case 'value-cut': {
      const own = Object.values(deadLetterHeaders).map((name) => [name, letter.headers[name] ?? '']);
      const key = letter.key !== null && letter.key.length > keptKeyBytes ? null : letter.key;
      const cut = `the value of ${sizeOf(record)} bytes and all other headers left out${key === letter.key ? '' : ', and the key'} (${refusal.code})`;
      const headers = { ...Object.fromEntries(own), [deadLetterHeaders.cut]: cut };
      const value = record.value === null ? null : new Uint8Array(0);
      return letterResult({ ...letter, value, key, headers, rawHeaders: undefined }, record, 'bare');
    }
    case 'bare':
      return undefined;
    default:
      return unknownForm(form);
  }
}

function unknownForm(form: never): never {
  throw new TypeError(`unknown form of a dead letter ${String(form)}`);
}
