import type { ServerResponse } from 'node:http';
import { GuideError, type PlayOptions, play, type Scenario } from '@millrace/guide';
import { anySignal } from '@millrace/streams';

const longestMs = 10 * 60_000;

export interface GuideRunOptions {
  readonly id: string;
  readonly scenario: Scenario;
  /** The backend of the server. */
  readonly url: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly stopping: AbortSignal;
}

/** A scenario that plays for one viewer, step by step as the viewer asks. It ends when the viewer leaves. */
export class GuideRun {
  readonly #options: GuideRunOptions;
  readonly #response: ServerResponse;
  readonly #left = new AbortController();
  #stage: Parameters<NonNullable<PlayOptions['onStage']>>[0] | undefined;
  #next: PromiseWithResolvers<void> | undefined;

  constructor(options: GuideRunOptions, response: ServerResponse) {
    this.#options = options;
    this.#response = response;
    response.on('close', () => this.#left.abort(new GuideError('nobody watches any more')));
    response.on('error', () => this.#left.abort(new GuideError('nobody watches any more')));
  }

  /** Resolves once the run is over and what it made is removed. */
  async play(): Promise<void> {
    const { id, scenario, url, parameters, seed, stopping } = this.#options;
    const signal = anySignal([stopping, this.#left.signal, AbortSignal.timeout(longestMs)]);
    this.#response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    this.#send('run', { id });
    try {
      const events = play(scenario, {
        // Without one each run has a log of its own, which is the same backend.
        ...(url.startsWith('embedded:') ? {} : { backend: url }),
        parameters,
        seed,
        signal,
        onStage: (stage) => {
          this.#stage = stage;
        },
        beforeStep: () => this.#asked(signal),
      });
      for await (const event of events) this.#send('guide', event);
      this.#send('end', {});
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#send('problem', {
        message: error instanceof GuideError ? message : `The run failed: ${message}`,
      });
    } finally {
      this.#response.end();
    }
  }

  /** Lets the next step begin; false when none waits. */
  next(): boolean {
    const waiting = this.#next;
    this.#next = undefined;
    waiting?.resolve();
    return waiting !== undefined;
  }

  /** False when no such consumer lives. */
  async crash(consumer: string): Promise<boolean> {
    return (await this.#stage?.crash(consumer)) ?? false;
  }

  async #asked(signal: AbortSignal): Promise<void> {
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
