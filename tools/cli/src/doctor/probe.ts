import { randomUUID } from 'node:crypto';
import { isStreamsError } from '@millrace/streams';
import { firstRecord } from '../input/first-record.ts';
import type { Connection } from '../verb.ts';
import { type Finding, fault, ok } from './finding.ts';

export interface Probe {
  readonly finding: Finding;
  /** The backend's clock less ours, milliseconds; undefined where it was not learnt. */
  readonly skewMs?: number;
}

/** Creates, writes, reads and deletes a topic: whether this user may, and what time it is there. */
export async function probe({ streams, driver }: Connection): Promise<Probe> {
  const topic = `streams-doctor-${randomUUID()}`;
  let doing = 'create a topic';
  let created = false;
  try {
    // Kafka then stamps records by the broker's clock.
    const settings =
      driver.name === 'kafka' ? { settings: { 'message.timestamp.type': 'LogAppendTime' } } : {};
    await streams.admin.ensureTopics([{ name: topic, partitions: 1, ...settings }]);
    created = true;
    doing = 'write to a topic';
    const asked = Date.now();
    const record = { topic, partition: 0, key: null, value: 'ping', headers: {}, timestamp: asked };
    // Of several brokers none shows a record that its copies may lack.
    await driver.append([record], { acks: 'all' });
    const answered = Date.now();
    doing = 'read a topic';
    const stored = await firstRecord(driver, topic, 0, 'earliest');
    if (!stored)
      return {
        finding: fault(
          'use',
          'a record that was stored could not be read again',
          'ask whoever runs the backend',
        ),
      };
    return {
      finding: ok('rights', 'topics can be created, written, read and deleted'),
      ...(driver.name === 'embedded' ? {} : { skewMs: stored.timestamp - (asked + answered) / 2 }),
    };
  } catch (error) {
    if (!isStreamsError(error)) throw error;
    return {
      finding:
        error.code === 'UNAUTHORIZED'
          ? fault(
              'rights',
              `this user cannot ${doing}: ${error.message}`,
              'give the user the right, or log in as another one',
            )
          : fault('use', `could not ${doing}: ${error.message}`, 'look into the log of the server'),
    };
  } finally {
    if (created) await streams.admin.deleteTopic(topic).catch(() => undefined);
  }
}
