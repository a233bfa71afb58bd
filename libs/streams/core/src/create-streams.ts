import { createAdmin } from './create-admin.ts';
import type { Driver } from './driver.ts';
import type { ReadMessagesOptions } from './options.ts';
import { Partitioner } from './producer-record.ts';
import { outgoing, publish, publishTogether } from './publish.ts';
import { readMessages } from './read-messages.ts';
import { run } from './run.ts';
import type { Running } from './running.ts';
import type { Streams } from './streams.ts';
import type { Topic } from './topic.ts';

/**
 * The public API over a driver. Closing it stops its groups and closes the driver. `wrap` puts something round all that
 * passes through it, the work of `admin.redrive` included.
 */
export function createStreams(
  driver: Driver,
  wrap: (streams: Streams) => Streams = (plain) => plain,
): Streams {
  const partitioner = new Partitioner(driver);
  const publisher = { driver, partitioner };
  const members = new Set<Running>();
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await Promise.allSettled([...members].map((member) => member.stop()));
    await driver[Symbol.asyncDispose]();
  };
  const streams: Streams = wrap({
    backend: driver.name,
    admin: createAdmin(driver, () => streams),
    publish: (topic, values, options = {}) => publish(publisher, outgoing(topic, values), options),
    publishTogether: (all, options = {}) => publishTogether(publisher, all, options),
    read: <Value>(topic: Topic<Value>, options: ReadMessagesOptions = {}) =>
      readMessages(driver, topic, options),
    run: async (options) => {
      const member = await run(driver, partitioner, options);
      members.add(member);
      member.finished.catch(() => undefined).finally(() => members.delete(member));
      return member;
    },
    [Symbol.asyncDispose]: () => {
      closing ??= close();
      return closing;
    },
  });
  return streams;
}
