import { type BatchHandler, type Message, type Position, StreamsError } from '@millrace/streams';
import type { Handling } from './events.ts';
import type { Item } from './items.ts';
import type { Ledger } from './ledger.ts';
import { crashAt, mishapsBefore } from './mishaps.ts';
import { report } from './report.ts';
import type { Mishap } from './script.ts';

/** A sink: saves each batch with its position, by compare-and-set, as a zombie must not move what a new owner moved. */
export function savingHandler(ledger: Ledger, mishaps: readonly Mishap[]): BatchHandler<Item> {
  return async (messages, { previous, last }) => {
    for (const message of messages) {
      report({ event: 'handling', ...handlingOf(message) });
      await mishapsBefore(mishaps, message);
    }
    const saved = ledger.save(
      messages.map(({ value }) => value),
      previous && plain(previous),
      plain(last),
    );
    if (!saved) throw new StreamsError('FENCED', 'another owner has moved the position');
    for (const message of messages) report({ event: 'handled', ...handlingOf(message) });
    crashAt(
      'after-handling',
      mishaps,
      messages.map(({ value }) => value.id),
    );
  };
}

function handlingOf({ value: { id, key, sequence }, topic, partition, attempt }: Message<Item>): Handling {
  return { id, key, sequence, topic, partition, attempt };
}

/** Only what a position is made of, so that equal positions are equal texts. */
function plain({ topic, partition, offset }: Position): Position {
  return { topic, partition, offset };
}
