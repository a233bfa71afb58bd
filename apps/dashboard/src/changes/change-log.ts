import { randomUUID } from 'node:crypto';
import type { HttpRequest } from '@millrace/service';
import type { Streams } from '@millrace/streams';
import { auditTopic, type ChangeRecorded } from './audit-topic.ts';
import { assertMayChange } from './permission.ts';

export type Change = Pick<ChangeRecorded, 'action' | 'target' | 'details'>;

/** Every change goes through it: what may not be done is refused, what cannot be written down is not done. */
export class ChangeLog {
  readonly #streams: Streams;
  readonly #writable: boolean;
  #created: Promise<void> | undefined;

  constructor(streams: Streams, writable: boolean) {
    this.#streams = streams;
    this.#writable = writable;
  }

  get writable(): boolean {
    return this.#writable;
  }

  async perform<Result>(request: HttpRequest, change: Change, work: () => Promise<Result>): Promise<Result> {
    assertMayChange(request, this.#writable);
    const common = { ...change, changeId: randomUUID(), from: request.ip };
    await this.#record({ ...common, type: 'ChangeRequested', occurredAt: now() });
    try {
      const result = await work();
      await this.#record({ ...common, type: 'ChangeDone', occurredAt: now() });
      return result;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      await this.#record({ ...common, type: 'ChangeFailed', occurredAt: now(), error: text });
      throw error;
    }
  }

  async #record(record: ChangeRecorded): Promise<void> {
    this.#created ??= this.#streams.admin.ensureTopics([{ topic: auditTopic, partitions: 1 }]);
    try {
      await this.#created;
    } catch (error) {
      this.#created = undefined;
      throw error;
    }
    await this.#streams.publish(auditTopic, [record]);
  }
}

function now(): string {
  return new Date().toISOString();
}
