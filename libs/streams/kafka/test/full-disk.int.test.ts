import { on, topic as topicNamed } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { mountSmallDisk, requireService, requireSmallDisk, startKafka } from '@millrace/testing';
import { expect, test, vi } from 'vitest';
import { openKafka } from '../src/index.ts';
import { topicOf, use } from './support.ts';

const count = 10;
const large = 100_000;

requireService('kafka')('a broker', () => {
  requireSmallDisk('on a full disk', () => {
    test('ends by itself, and is waited for as one that is away: each record is stored and handled once', async () => {
      using disk = mountSmallDisk(40);
      const properties = { 'log.dirs': disk.folder };
      await using server = await startKafka({ properties, formatting: ['--ignore-formatted'] });
      await using driver = await openKafka(server.url);
      const gone = Promise.withResolvers<void>();
      driver.onNotice(({ kind }) => {
        if (kind === 'disconnected') gone.resolve();
      });
      const kafka = use(driver);
      const numbers = topicNamed<string>(await topicOf(kafka));
      const streams = createStreams(driver);
      const handled: number[] = [];
      await using running = await streams.run({
        group: `g-${numbers.name}`,
        mode: 'partitioned',
        delivery: 'exactly-once',
        routes: [on(numbers, ({ value }) => void handled.push(value.indexOf('.')))],
      });
      disk.fill(3 * large);
      const publishing = (async () => {
        for (let number = 1; number <= count; number++)
          await streams.publish(numbers, ['x'.repeat(number).padEnd(large, '.')]);
      })();
      await Promise.race([gone.promise, publishing.then(() => expect.fail('the disk is not full'))]);
      await vi.waitFor(() => expect(running.state()).toBe('degraded'), { timeout: 30_000 });
      disk.makeRoom();
      await server.kill();
      await server.start();
      await publishing;
      await running.caughtUp();
      const all = Array.from({ length: count }, (_, index) => index + 1);
      expect(handled).toEqual(all);
      expect((await kafka.read(numbers.name)).map(({ value }) => value?.indexOf('.'.charCodeAt(0)))).toEqual(
        all.map((number) => number + 1),
      );
    });
  });
});
