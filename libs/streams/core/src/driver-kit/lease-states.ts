import { StreamsError } from '../errors.ts';
import { StateTable, type Transitions } from './state-table.ts';

/**
 * `revoked`: the assignment wants it elsewhere, and it is still held. `releasing`: what is under way ends, nothing new begins.
 * `released` and `lost`: somebody else may have it.
 */
export type LeaseState = 'held' | 'revoked' | 'releasing' | 'released' | 'lost';

const transitions: Transitions<LeaseState> = {
  held: ['revoked', 'releasing', 'lost'],
  revoked: ['releasing', 'lost'],
  releasing: ['released', 'lost'],
  released: [],
  lost: [],
};

export interface LeaseIdentity {
  readonly group: string;
  readonly partition: number;
  readonly epoch: number;
}

/** The states of a lease, with the signals by which its worker hears of them. */
export class LeaseStates {
  readonly #lease: LeaseIdentity;
  readonly #onGone: () => void;
  readonly #table = new StateTable<LeaseState>(transitions, 'held');
  readonly #revoked = new AbortController();
  readonly #lost = new AbortController();
  #released: Promise<void> | undefined;
  #ranOut = false;

  /** `onGone` is called once, when the lease is released or lost. */
  constructor(lease: LeaseIdentity, onGone: () => void) {
    this.#lease = lease;
    this.#onGone = onGone;
  }

  get state(): LeaseState {
    return this.#table.state;
  }

  /** Aborts when the assignment wants the lease elsewhere, or it is released. */
  get revoked(): AbortSignal {
    return this.#revoked.signal;
  }

  /** Aborts when the lease is gone: released or lost. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** `The lease of partition 3 of group payment`, for messages. */
  get name(): string {
    return `The lease of partition ${this.#lease.partition} of group ${this.#lease.group}`;
  }

  get gone(): boolean {
    return this.#table.is('released', 'lost');
  }

  /** FENCED unless commits may begin. */
  assertHeld(): void {
    if (!this.#table.is('held', 'revoked')) throw this.fenced();
  }

  /** False when it was revoked before or is on its way out. */
  revoke(): boolean {
    if (!this.#table.enter('revoked')) return false;
    this.#abortRevoked();
    return true;
  }

  /** Ownership is gone or can no longer be proven. False when that was known. */
  lose(): boolean {
    return this.#end('lost');
  }

  /** It cannot be proven in time any more, though nobody may have taken it. */
  runOut(): void {
    this.#ranOut = !this.gone;
    this.lose();
  }

  /** Lost by its own clock alone: it may still be this member's. */
  get ranOut(): boolean {
    return this.#ranOut;
  }

  /**
   * Releases it once: `release` gives it back, unless it is gone already. Whatever comes of that, the lease is gone afterwards;
   * an error of `release` is thrown.
   */
  release(release: () => Promise<void>): Promise<void> {
    this.#released ??= this.#release(release);
    return this.#released;
  }

  fenced(): StreamsError {
    return new StreamsError(
      'FENCED',
      `${this.name} (epoch ${this.#lease.epoch}) is no longer held by this member`,
    );
  }

  async #release(release: () => Promise<void>): Promise<void> {
    if (!this.#table.enter('releasing')) return;
    this.#abortRevoked();
    try {
      await release();
    } finally {
      this.#end('released');
    }
  }

  #end(state: 'released' | 'lost'): boolean {
    if (!this.#table.enter(state)) return false;
    this.#lost.abort(this.fenced());
    this.#onGone();
    return true;
  }

  #abortRevoked(): void {
    this.#revoked.abort(new StreamsError('FENCED', `${this.name} goes to another member`));
  }
}
