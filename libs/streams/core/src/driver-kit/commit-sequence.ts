/** The writes of a lease, one after another; a commit that was stored is not stored again when the caller repeats it. */
export class CommitSequence<Commit extends object> {
  readonly #stored = new WeakSet<Commit>();
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` once everything before it has ended, however it did. */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Stores the commit in its turn, unless it is stored. */
  store(commit: Commit, store: () => Promise<void>): Promise<void> {
    return this.run(async () => {
      if (this.#stored.has(commit)) return;
      await store();
      this.#stored.add(commit);
    });
  }

  /** For what learns only later that a commit was stored. */
  markStored(commit: Commit): void {
    this.#stored.add(commit);
  }

  isStored(commit: Commit): boolean {
    return this.#stored.has(commit);
  }

  /** Resolves once everything that was begun has ended. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
