import type { ServerResponse } from 'node:http';
import { GuideError, Meeting, type PlayOptions, play, type Scenario } from '@millrace/guide';
import { anySignal } from '@millrace/streams';
import type { PlayedEvent } from '../api/guide.ts';
import type { GuideBackend } from './guide-backends.ts';

const longestMs = 10 * 60_000;

export interface GuideRunOptions {
  readonly id: string;
  readonly scenario: Scenario;
  /** One, or two on which the same is played step by step. */
  readonly backends: readonly GuideBackend[];
  readonly parameters: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly stopping: AbortSignal;
}

type RunningStage = Parameters<NonNullable<PlayOptions['onStage']>>[0];

/**
 * A scenario that plays for one viewer, step by step as the viewer asks. It ends when the viewer leaves. On two backends
 * neither begins a step before the other has ended the one before it.
 */
export class GuideRun {
  readonly #options: GuideRunOptions;
  readonly #response: ServerResponse;
  readonly #left = new AbortController();
  readonly #stages = new Map<number, RunningStage>();
  #next: PromiseWithResolvers<void> | undefined;

  constructor(options: GuideRunOptions, response: ServerResponse) {
    this.#options = options;
    this.#response = response;
    response.on('close', () => this.#left.abort(new GuideError('nobody watches any more')));
    response.on('error', () => this.#left.abort(new GuideError('nobody watches any more')));
  }

  /** Resolves once the run is over and what it made is removed. */
  async play(): Promise<void> {
    const { id, backends, stopping } = this.#options;
    const failed = new AbortController();
    const timeout = AbortSignal.timeout(longestMs);
    const signal = anySignal([stopping, this.#left.signal, failed.signal, timeout]);
    this.#response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    this.#send('run', { id });
    const meeting = new Meeting(backends.length, () => this.#asked(signal));
    const sides = backends.map(async (backend, side) => {
      try {
        await this.#playOn(backend, side, signal, () => meeting.arrive());
      } catch (error) {
        failed.abort(
          timeout.aborted ? tookTooLong : backends.length > 1 ? named(backend.name, error) : error,
        );
      } finally {
        meeting.leave();
      }
    });
    await Promise.all(sides);
    if (failed.signal.aborted) this.#send('problem', { message: problemOf(failed.signal.reason) });
    else this.#send('end', {});
    this.#response.end();
  }

  /** Lets the next step begin; false when none waits. */
  next(): boolean {
    const waiting = this.#next;
    this.#next = undefined;
    waiting?.resolve();
    return waiting !== undefined;
  }

  /** False when no such consumer lives. */
  async crash(consumer: string, side: number): Promise<boolean> {
    return (await this.#stages.get(side)?.crash(consumer)) ?? false;
  }

  async #playOn(
    { kind, url }: GuideBackend,
    side: number,
    signal: AbortSignal,
    beforeStep: () => Promise<void>,
  ): Promise<void> {
    const { scenario, parameters, seed } = this.#options;
    const events = play(scenario, {
      // Without one each run has a log of its own, which is the same backend.
      ...(kind === 'embedded' ? {} : { backend: url }),
      parameters,
      seed,
      signal,
      onStage: (stage) => this.#stages.set(side, stage),
      beforeStep,
    });
    for await (const event of events) this.#send('guide', { side, event } satisfies PlayedEvent);
  }

  async #asked(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const next = Promise.withResolvers<void>();
    this.#next = next;
    this.#send('waiting', {});
    const aborted = (): void => next.resolve();
    signal.addEventListener('abort', aborted, { once: true });
    await next.promise;
    signal.removeEventListener('abort', aborted);
  }

  #send(name: string, data: unknown): void {
    if (!this.#response.writableEnded)
      this.#response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}

const tookTooLong = new GuideError(
  `A picture may play for ${longestMs / 60_000} minutes; this one was ended. Play it again.`,
);

function named(name: string, error: unknown): unknown {
  return error instanceof GuideError ? new GuideError(`${name}: ${error.message}`) : error;
}

function problemOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof GuideError ? message : `The run failed: ${message}`;
}
