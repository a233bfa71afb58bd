interface Creation {
  readonly create: () => Promise<void>;
  running?: Promise<void> | undefined;
}

/** Topics that are created while others go on. */
export class BackgroundTopics {
  readonly #creations = new Map<string, Creation>();

  /** What fails is tried again by whoever needs the topic. */
  begin(name: string, create: () => Promise<void>): void {
    this.#creations.set(name, { create });
    this.created(name).catch(() => undefined);
  }

  /** Resolves once it is not being created; throws why it cannot be. */
  async created(name: string): Promise<void> {
    const creation = this.#creations.get(name);
    if (!creation) return;
    creation.running ??= this.#create(name, creation);
    await creation.running;
  }

  /** As `created`, of the topics of these records. */
  async createdFor(records: readonly { readonly topic: string }[]): Promise<void> {
    if (this.#creations.size === 0) return;
    for (const topic of new Set(records.map((record) => record.topic))) await this.created(topic);
  }

  /** Resolves once none is being created. */
  async idle(): Promise<void> {
    await Promise.allSettled([...this.#creations.keys()].map((name) => this.created(name)));
  }

  async #create(name: string, creation: Creation): Promise<void> {
    try {
      await creation.create();
      if (this.#creations.get(name) === creation) this.#creations.delete(name);
    } finally {
      creation.running = undefined;
    }
  }
}
