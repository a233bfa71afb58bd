import { type Driver, type NewRecord, openDriver } from '@millrace/streams';

/** Stores records as they are, each in the partition that it names. Connects when it is first used. */
export class RawWriter implements AsyncDisposable {
  readonly #open: () => Promise<Driver>;
  #driver: Promise<Driver> | undefined;

  constructor(url: string, namespace: string | undefined) {
    this.#open = () => openDriver(url, { namespace });
  }

  async append(records: readonly NewRecord[]): Promise<void> {
    await (await this.#connected()).append(records, { acks: 'all' });
  }

  async partitions(topic: string): Promise<number> {
    return (await this.#connected()).partitions(topic);
  }

  /** Negative, 0 or positive as `a` stands before, at or after `b` in one partition. */
  async compare(a: string, b: string): Promise<number> {
    return (await this.#connected()).compareOffsets(a, b);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#driver?.catch(() => undefined))?.[Symbol.asyncDispose]();
  }

  async #connected(): Promise<Driver> {
    this.#driver ??= this.#open();
    try {
      return await this.#driver;
    } catch (error) {
      this.#driver = undefined;
      throw error;
    }
  }
}
