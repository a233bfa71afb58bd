import type { Scenario } from '../engine/scenario.ts';
import { bootstrap, everyBackend, numbered, parameter, sameList, sameNumber } from './common.ts';

export const reassignment: Scenario = {
  id: '32',
  pictures: ['9', '32'],
  title: 'A consumer dies in the middle, another goes on',
  text: 'The process is killed while it handles a message, before it could acknowledge it. The backend still knows where the group stands, so that another member takes over at that very message and nothing is lost.',
  backends: everyBackend,
  cannot: {},
  needs: 'one server',
  parameters: [
    parameter('messages', 'records', 5, [2, 40]),
    parameter('crashAt', 'the record at which it dies', 3, [1, 40]),
  ],
  leavesOut: 'Effects that the handler had before it died: they may happen again, see pictures 39 to 45.',
  play: async (stage) => {
    const messages = stage.parameter('messages');
    const crashAt = Math.min(messages, stage.parameter('crashAt'));
    const options = {
      group: 'reader',
      topics: ['lines'],
      mode: 'partitioned',
      delivery: 'at-least-once',
      batch: 1,
    } as const;
    const label = `Line ${crashAt}`;
    await stage.step('A stream of lines', `${messages} records, one partition.`, async () => {
      await stage.records.createTopic('lines', 1);
      await stage.records.publish('lines', numbered('Line', messages));
    });
    await stage.step(
      `C1 reads, and dies at line ${crashAt}`,
      'kill -9, before it acknowledged.',
      async () => {
        const first = await stage.members.start('C1', { ...options, stallAt: { label, when: 'before' } });
        await stage.until(`C1 stands at ${label}`, () => first.stalledAt === label);
        await stage.until(
          'what came before is acknowledged',
          async () => (await stage.groups.lag('reader')) === messages - crashAt + 1,
        );
        await stage.until('C1 has reported so', () => first.inHand === 1);
        await stage.members.kill(first);
        await stage.groups.listOffsets('reader');
      },
    );
    const handledByFirst = (await stage.records.journal()).length;
    await stage.step('C2 takes over', `It begins at line ${crashAt}.`, async () => {
      await stage.members.start('C2', options);
      stage.commandLine({
        redis: 'XAUTOCLAIM lines:{P0} reader C2 0 0',
        embedded: 'streams groups describe reader',
        kafka: `kafka-consumer-groups.sh --bootstrap-server ${bootstrap(stage.url)} --describe --group reader`,
      });
      await stage.records.untilJournal(messages);
      await stage.groups.untilCaughtUp('reader');
      await stage.groups.listOffsets('reader');
    });
    stage.claim('Every line was handled, in order, and none twice', async () => {
      const labels = (await stage.records.journal()).map((entry) => entry.label);
      return sameList(
        'handled',
        labels,
        numbered('Line', messages).map((value) => value.label),
      );
    });
    stage.claim(`C2 began exactly at line ${crashAt}`, async () => {
      const [first] = (await stage.records.journal()).filter(({ consumer }) => consumer === 'C2');
      const stored = (await stage.records.stored('lines')).find((record) => record.label === first?.label);
      return {
        holds: first?.label === label && stored?.offset === first.offset && handledByFirst === crashAt - 1,
        evidence: `C1 handled ${handledByFirst}; the first of C2 was ${first?.label ?? 'none'} at ${first?.offset ?? '–'}`,
      };
    });
    stage.claim('The group has acknowledged everything', async () =>
      sameNumber('lag', await stage.groups.lag('reader'), 0),
    );
  },
};
