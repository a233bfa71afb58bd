import type { CompetingMember } from '../competing.ts';
import { StreamsError } from '../errors.ts';
import { anySignal, linkedSignal } from '../signals.ts';
import type { Topic } from '../topic.ts';
import { competeForMessages } from './competing-worker.ts';
import type { Lifecycle } from './lifecycle.ts';
import { retryWork } from './retry-work.ts';
import type { Settings } from './settings.ts';

/** A member that can no longer prove what it holds is over; the group is entered again under a new name. */
export class CompetingRun {
  readonly #settings: Settings;
  readonly #lifecycle: Lifecycle;
  readonly #enter: () => Promise<CompetingMember>;
  #member: CompetingMember;

  private constructor(
    settings: Settings,
    lifecycle: Lifecycle,
    member: CompetingMember,
    enter: () => Promise<CompetingMember>,
  ) {
    this.#settings = settings;
    this.#lifecycle = lifecycle;
    this.#member = member;
    this.#enter = enter;
  }

  static async enter(
    settings: Settings,
    lifecycle: Lifecycle,
    enter: () => Promise<CompetingMember>,
  ): Promise<CompetingRun> {
    const member = await retryWork(settings, lifecycle.stopFetching, enter);
    return new CompetingRun(settings, lifecycle, member, enter);
  }

  get member(): string {
    return this.#member.member;
  }

  /** Until the member stops; throws when the group cannot go on. */
  async work(deadLetters: Topic<unknown>): Promise<void> {
    const { stopFetching } = this.#lifecycle;
    for (;;) {
      await this.#workAsMember(this.#member, deadLetters);
      if (stopFetching.aborted) return;
      this.#member = await retryWork(this.#settings, stopFetching, this.#enter);
    }
  }

  async #workAsMember(member: CompetingMember, deadLetters: Topic<unknown>): Promise<void> {
    using stopFetching = linkedSignal([this.#lifecycle.stopFetching, member.lost]);
    const abortHandlers = anySignal([this.#lifecycle.abortHandlers, member.lost]);
    try {
      const work = {
        settings: this.#settings,
        deadLetters,
        stopFetching: stopFetching.signal,
        abortHandlers,
      };
      await this.#lifecycle.withGracePeriod(competeForMessages(work, member), abortHandlers);
    } catch (error) {
      if (!(member.lost.aborted && error instanceof StreamsError)) throw error;
    } finally {
      const left = Promise.resolve(member[Symbol.asyncDispose]());
      // A member that lost its claims has nothing to release.
      await (member.lost.aborted ? left.catch(() => undefined) : left);
    }
  }
}
