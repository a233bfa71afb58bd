import type { Scenario } from '../engine/scenario.ts';
import { bootstrap, everyBackend, numbered, parameter, sameList } from './common.ts';

export const messageIds: Scenario = {
  id: '13',
  pictures: ['13'],
  title: 'Message ids',
  text: 'Every stored record has a position of its own. Kafka counts an offset in each partition; Redis joins the millisecond of its clock with a sequence number, so that two records of one millisecond still differ.',
  backends: everyBackend,
  cannot: {},
  needs: 'one server',
  parameters: [
    parameter('partitions', 'partitions of the topic', 2, [1, 8]),
    parameter('messages', 'records stored at once', 6, [2, 40]),
  ],
  leavesOut: 'Ids that a producer chooses itself (XADD with an id of its own).',
  play: async (stage) => {
    const partitions = stage.parameter('partitions');
    const messages = stage.parameter('messages');
    await stage.step('Create a topic', `${partitions} partitions, empty.`, () =>
      stage.records.createTopic('email', partitions),
    );
    await stage.step(
      'Store records together',
      'In one call, so that several fall into one millisecond.',
      async () => {
        stage.commandLine({
          redis: 'XADD email:{P0} * value "Email 1"',
          kafka: `kafka-console-producer.sh --bootstrap-server ${bootstrap(stage.url)} --topic email`,
          embedded: 'streams produce email "Email 1"',
        });
        await stage.records.publish('email', numbered('Email', messages), { together: true });
      },
    );
    await stage.step('Read them back', 'Each with the position that the backend gave it.', async () => {
      const rows = (await stage.records.stored('email')).map(({ label, partition, offset, timestamp }) => [
        label,
        String(partition),
        offset,
        new Date(timestamp).toISOString(),
      ]);
      stage.tell({
        kind: 'table',
        title: 'Positions',
        columns: ['record', 'partition', 'position', 'stored at'],
        rows,
      });
    });
    stage.claim('Every record is there once, with a position of its own', async () => {
      const stored = await stage.records.stored('email');
      const places = new Set(stored.map(({ partition, offset }) => `${partition}:${offset}`));
      const holds = places.size === messages && stored.length === messages;
      return {
        holds,
        evidence: `${stored.length} records at ${places.size} positions, ${messages} were sent`,
      };
    });
    stage.claim('Within a partition positions grow in the order of storing', async () => {
      const stored = await stage.records.stored('email');
      const labels = Array.from({ length: partitions }, (_, partition) =>
        stored
          .filter((record) => record.partition === partition)
          .map(({ label }) => Number(label.split(' ')[1])),
      );
      const holds = labels.every((numbers) => numbers.every((n, i) => n > (numbers[i - 1] ?? 0)));
      return {
        holds,
        evidence: labels.map((numbers, p) => `partition ${p}: ${numbers.join(' ')}`).join('; '),
      };
    });
    if (stage.backend === 'redis')
      stage.claim('An id is milliseconds and a sequence, and some share a millisecond', async () => {
        const ids = (await stage.records.stored('email')).map(({ offset }) => offset);
        const ms = new Set(ids.map((id) => id.split('-')[0]));
        return {
          holds: ids.every((id) => /^\d{13}-\d+$/.test(id)) && ms.size < ids.length,
          evidence: ids.join(' '),
        };
      });
    if (stage.backend === 'kafka')
      stage.claim('Offsets of each partition count from 0', async () => {
        const stored = await stage.records.stored('email');
        const inOrder = Array.from({ length: partitions }, (_, p) =>
          stored.filter((r) => r.partition === p),
        ).flat();
        const expected = Array.from({ length: partitions }, (_, p) =>
          stored.filter((r) => r.partition === p).map((_record, index) => `${p}:${index}`),
        ).flat();
        return sameList(
          'partition:offset',
          inOrder.map((r) => `${r.partition}:${r.offset}`),
          expected,
        );
      });
  },
};
