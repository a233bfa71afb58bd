import { bytes, type DeadLetter, formatPosition, on, StreamsError, topic } from '@millrace/streams';
import { setAt } from '../../input/json-path.ts';
import { splitPair } from '../../input/pair.ts';
import { counted } from '../../output/output.ts';
import { UsageError } from '../../usage-error.ts';
import type { Call, Connection, Run } from '../../verb.ts';
import { lettersOf } from './list.ts';

/** Redrives one letter with another value: by the group that redrives, so that it counts as done. */
export const run: Run = async (call) => {
  const { parameters, output } = call;
  const letter = await find(call, parameters.argument(1));
  const value = edited(call, letter);
  const [position, origin] = [formatPosition(letter.position), formatPosition(letter.origin)];
  const dryRun = parameters.flag('dryRun');
  if (!dryRun) await redriveEdited(await call.connect(), parameters.argument(0), letter, value);
  await output.value({ position, origin, value, redriven: !dryRun }, () =>
    dryRun ? value : `${position} → ${origin}\n${value}`,
  );
  return 0;
};

/** Letters leave a partition in order, so it must be the oldest of its own. */
async function find(call: Call, wanted: string): Promise<DeadLetter> {
  const before = new Map<number, number>();
  for await (const letter of lettersOf(call)) {
    const { partition } = letter.position;
    const ahead = before.get(partition) ?? 0;
    if (formatPosition(letter.position) === wanted || formatPosition(letter.origin) === wanted) {
      if (ahead === 0) return letter;
      throw new StreamsError(
        'BUSY',
        `${counted(ahead, 'dead letter')} of partition ${partition} ${ahead === 1 ? 'comes' : 'come'} before ${wanted}; redrive, edit or purge ${ahead === 1 ? 'it' : 'them'} first`,
      );
    }
    before.set(partition, ahead + 1);
  }
  throw new StreamsError(
    'INVALID_ARGUMENT',
    `there is no dead letter ${wanted}; dead-letters list names them`,
  );
}

function edited({ parameters }: Call, letter: DeadLetter): string {
  const whole = parameters.text('value');
  const changes = parameters.list('set').map((pair) => splitPair('--set', pair));
  if ((whole === undefined) === (changes.length === 0))
    throw new UsageError('give --value or --set: what is to change');
  if (whole !== undefined) return whole;
  if (letter.record.value === null)
    throw new UsageError('the record has no value (a tombstone): give it one with --value');
  const value = parse(Buffer.from(letter.record.value).toString(), () => {
    throw new UsageError('the value is no JSON: replace it whole with --value');
  });
  const result = changes.reduce(
    (old, [path, text]) =>
      setAt(
        old,
        path,
        parse(text, () => text),
      ),
    value,
  );
  return JSON.stringify(result);
}

function parse(text: string, otherwise: () => unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise();
  }
}

async function redriveEdited(
  { streams, driver }: Connection,
  group: string,
  letter: DeadLetter,
  value: string,
): Promise<void> {
  const letters = topic<Uint8Array>(letter.position.topic, { codec: bytes });
  const done = Promise.withResolvers<void>();
  let sent = false;
  const route = on(letters, ({ record }, context) => {
    if (formatPosition(record) !== formatPosition(letter.position))
      throw new StreamsError('BUSY', 'this dead letter is not the one that is edited');
    sent = true;
    context.forward(
      topic(letter.origin.topic),
      { ...letter.record, value: Buffer.from(value) },
      { partition: letter.origin.partition },
    );
  });
  await using running = await streams.run({
    group: `${group}.redrive`,
    mode: 'partitioned',
    delivery: driver.capabilities.atomicCommit ? 'exactly-once' : 'at-least-once',
    deadLetter: false,
    batch: 1,
    retry: { attempts: Number.MAX_SAFE_INTEGER, delay: () => 100 },
    graceMs: 2_000,
    observer: {
      committed: () => {
        if (sent) done.resolve();
      },
    },
    routes: [route],
  });
  await Promise.race([done.promise, running.finished]);
  await running.stop();
  await running.finished;
}
