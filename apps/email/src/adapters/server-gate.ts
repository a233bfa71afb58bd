import { isStreamsError, type StreamsError } from '@millrace/streams';
import { RefusedForNow } from './mailer.ts';

export interface GateOptions {
  /** Sends at the same time while the server is usable. */
  readonly concurrency: number;
  /** The pause after a failure of the server, in milliseconds, by how many there were in a row. */
  readonly pause: (failures: number) => number;
  /** Whether a failure came once the server knew the recipient or the content, so that it may be about that e-mail. */
  readonly mayBeEmails: (failure: StreamsError) => boolean;
  /** Milliseconds since any moment, for tests. Default: a monotonic clock. */
  readonly now?: () => number;
}

type State =
  | { readonly name: 'usable' }
  /** One send finds out whether it is usable. */
  | { readonly name: 'probing' }
  | { readonly name: 'away'; readonly until: number; readonly reason: StreamsError };

/** So often may the server fail over one e-mail, while it takes others in between, before that e-mail is to blame. */
const mostFailures = 5;
/** So often where no other e-mail could show that the server takes any. */
const mostFailuresAlone = 10;
/** E-mails whose failures are counted; the oldest are forgotten. */
const mostSuspects = 1_000;

interface Suspect {
  /** Attempts in a row over which the server failed. */
  readonly attempts: number;
  /** Those of them between which the server took or refused another e-mail. */
  readonly blamed: number;
  /** Those that may be about the e-mail itself. */
  readonly alone: number;
  /** The replies of the server at the last of them. */
  readonly replies: number;
}

const unsuspected: Suspect = { attempts: 0, blamed: 0, alone: 0, replies: -1 };

interface Waiting {
  readonly key: string;
  readonly turn: PromiseWithResolvers<void>;
}

/**
 * Stands before a server that all e-mails share. Whether it can be used is asked by one send, for which the others wait; a
 * failure of the server (UNAVAILABLE) is theirs too, and until the pause after it has passed none is tried. An e-mail over
 * which the server fails again and again while it takes others is refused for now: its trouble must not be everybody's.
 */
export class ServerGate {
  readonly #options: Required<GateOptions>;
  #state: State = { name: 'probing' };
  #failures = 0;
  #problem: string | undefined;
  /** E-mails that the server took or refused, which shows that it can be used. */
  #replies = 0;
  #running = 0;
  readonly #waiting: Waiting[] = [];
  readonly #suspects = new Map<string, Suspect>();

  constructor(options: GateOptions) {
    this.#options = { now: () => performance.now(), ...options };
  }

  /** Runs the send of the e-mail with this key once the server may be asked. Throws what it throws, or why it is not asked. */
  async pass(key: string, send: () => Promise<void>): Promise<void> {
    await this.#enter(key);
    const asked = this.#state;
    try {
      await send();
      this.#replied(key);
    } catch (error) {
      if (!isStreamsError(error, 'UNAVAILABLE')) {
        this.#replied(key);
        throw error;
      }
      const isToBlame = this.#suspect(key, error);
      // Those that were on their way together fail together: that is one failure.
      if (asked === this.#state) this.#failed(error);
      throw isToBlame ? failsOverOne(error) : error;
    } finally {
      this.#running--;
      this.#admit();
    }
  }

  /** Why the server cannot be used, as far as is known; undefined once it has replied to an e-mail. */
  problem(): string | undefined {
    return this.#problem;
  }

  async #enter(key: string): Promise<void> {
    if (this.#state.name === 'away') {
      const { until, reason } = this.#state;
      if (this.#options.now() < until) throw reason;
      this.#state = { name: 'probing' };
    }
    const turn = Promise.withResolvers<void>();
    this.#waiting.push({ key, turn });
    // What is sent at the same moment is there by then, to choose from.
    if (this.#state.name === 'probing') setImmediate(() => this.#admit());
    else this.#admit();
    await turn.promise;
  }

  #admit(): void {
    if (this.#state.name === 'away') return;
    const most = this.#state.name === 'usable' ? this.#options.concurrency : 1;
    while (this.#running < most && this.#waiting.length > 0) {
      const [next] = this.#waiting.splice(this.#state.name === 'usable' ? 0 : this.#leastSuspect(), 1);
      this.#running++;
      next?.turn.resolve();
    }
  }

  /** So that an e-mail over which the server fails does not ask for all the others, again and again. */
  #leastSuspect(): number {
    const attempts = this.#waiting.map(({ key }) => this.#suspects.get(key)?.attempts ?? 0);
    return attempts.indexOf(Math.min(...attempts));
  }

  #replied(key: string): void {
    this.#replies++;
    this.#suspects.delete(key);
    if (this.#state.name === 'usable') return;
    this.#failures = 0;
    this.#problem = undefined;
    this.#state = { name: 'usable' };
  }

  #failed(reason: StreamsError): void {
    this.#failures++;
    this.#problem = reason.message;
    const until = this.#options.now() + this.#options.pause(this.#failures);
    this.#state = { name: 'away', until, reason };
    for (const { turn } of this.#waiting.splice(0)) turn.reject(reason);
  }

  /** Counts the failure. Returns whether it is the e-mail's own. */
  #suspect(key: string, failure: StreamsError): boolean {
    const known = this.#suspects.get(key) ?? unsuspected;
    const now: Suspect = {
      attempts: known.attempts + 1,
      blamed: known.blamed + (known.replies === this.#replies ? 0 : 1),
      alone: known.alone + (this.#options.mayBeEmails(failure) ? 1 : 0),
      replies: this.#replies,
    };
    this.#suspects.delete(key);
    if (now.blamed >= mostFailures || now.alone >= mostFailuresAlone) return true;
    this.#suspects.set(key, now);
    const [oldest] = this.#suspects.keys();
    if (this.#suspects.size > mostSuspects && oldest !== undefined) this.#suspects.delete(oldest);
    return false;
  }
}

function failsOverOne(cause: StreamsError): RefusedForNow {
  return new RefusedForNow(`it fails over this e-mail: ${cause.message}`, { cause });
}
