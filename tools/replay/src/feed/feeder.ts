import { setTimeout as sleep } from 'node:timers/promises';
import { anySignal, exponential, isStreamsError, type Streams } from '@millrace/streams';
import type { Gate } from '../backlog/gate.ts';
import { ReplayError } from '../replay-error.ts';
import type { Checkpoint } from '../run/checkpoint.ts';
import type { Batch, Chunk } from './chunk.ts';

export interface FeederOptions {
  readonly streams: Streams;
  readonly gate: Gate;
  readonly checkpoint: Checkpoint;
  /** Milliseconds after which a publish that neither succeeds nor fails is given up. */
  readonly patienceMs: number;
  /** Something a person should see. */
  readonly note: (text: string) => void;
}

/**
 * Publishes the chunks of a feed one after the other, each once: those that the checkpoint knows are left out, and one
 * that is published again after a crash is ignored by the backend, which knows its number.
 */
export async function publishChunks(
  feed: string,
  chunks: AsyncIterable<Chunk>,
  options: FeederOptions,
  signal: AbortSignal,
): Promise<void> {
  const { gate, checkpoint } = options;
  const stored = checkpoint.reached(feed);
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    if (chunk.number <= stored) continue;
    await gate.pass(signal);
    const once = { producer: `replay.${feed}`, sequence: chunk.number };
    await Promise.all(
      chunk.batches.map((batch) =>
        insist((each) => batch.publish(options.streams, once, each), options, signal),
      ),
    );
    gate.fed(records(chunk.batches));
    checkpoint.advance(feed, chunk.number);
  }
}

const backoff = exponential(100, 5_000);

/** Repeats what may succeed later; repeating is safe because the chunk's number is known. */
async function insist(
  publish: (signal: AbortSignal) => Promise<void>,
  { note, patienceMs }: FeederOptions,
  signal: AbortSignal,
): Promise<void> {
  for (let attempts = 1; ; attempts++) {
    const patience = AbortSignal.timeout(patienceMs);
    try {
      return await publish(anySignal([signal, patience]));
    } catch (error) {
      if (patience.aborted && !signal.aborted) {
        throw new ReplayError(
          `the backend has not stored a chunk for ${patienceMs / 1_000} s; look whether it is overloaded or stopped`,
        );
      }
      if (!isStreamsError(error) || !error.retryable || signal.aborted) throw error;
      if (attempts % 10 === 1) note(`publishing failed (${error.message}); trying again`);
      await sleep(backoff(attempts), undefined, { signal });
    }
  }
}

function records(batches: readonly Batch[]): number {
  return batches.reduce((sum, batch) => sum + batch.records, 0);
}
