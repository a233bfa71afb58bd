/** Those who take part wait for each other; once all have come, something is done and all go on. */
export class Meeting {
  readonly #together: () => Promise<void>;
  #expected: number;
  #arrived = 0;
  #over: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(expected: number, together: () => Promise<void>) {
    this.#expected = expected;
    this.#together = together;
    this.#over.promise.catch(() => undefined);
  }

  /** Resolves once all have arrived and what they do together is done; rejects when that fails. */
  async arrive(): Promise<void> {
    this.#arrived++;
    const { promise } = this.#over;
    this.#meet();
    await promise;
  }

  /** Takes no part any more: the others do not wait for it. */
  leave(): void {
    this.#expected--;
    this.#meet();
  }

  #meet(): void {
    if (this.#arrived === 0 || this.#arrived < this.#expected) return;
    const over = this.#over;
    this.#over = Promise.withResolvers();
    this.#over.promise.catch(() => undefined);
    this.#arrived = 0;
    this.#together().then(over.resolve, over.reject);
  }
}
