import type { Scenario } from '../engine/scenario.ts';
import { bootstrap, everyBackend, numbered, parameter, sameList, sameNumber } from './common.ts';
import { crashAndGoOn, effects } from './crash-run.ts';

export const exactlyOnce: Scenario = {
  id: 'exactly-once',
  pictures: [],
  title: 'Exactly once, from stream to stream',
  text: 'What a handler writes and the fact that its message is done become visible in one atomic step: a transaction of Kafka, a script of Redis, a transaction of the embedded log. A crash before it leaves neither. The ids of what was done are remembered too, so that a record that was published twice takes effect once.',
  backends: everyBackend,
  cannot: {},
  needs: 'one server',
  parameters: [parameter('messages', 'records', 3, [3, 20])],
  leavesOut:
    'Effects outside the backend, such as a card that is charged: they need ids that the other side remembers.',
  play: async (stage) => {
    const messages = stage.parameter('messages');
    const run = {
      group: 'cashier',
      delivery: 'exactly-once',
      dedupe: true,
      messages,
      batch: messages,
      crashAt: 3,
    } as const;
    const { survivor } = await crashAndGoOn(stage, run);
    stage.commandLine({
      kafka: `kafka-console-consumer.sh --bootstrap-server ${bootstrap(stage.url)} --topic journal --isolation-level read_committed --from-beginning`,
      embedded: 'streams consume journal',
      redis: 'XRANGE journal:{P0} - +',
    });
    await stage.step('A producer publishes one again', 'With the id that it had before.', async () => {
      const [place] = await stage.records.publish('payments', numbered('Payment', 1));
      await stage.groups.untilCaughtUp('cashier');
      await stage.until('C2 has said so', () => place !== undefined && survivor.hasAcknowledged(place));
    });
    stage.claim('The same crash, and every payment took effect once', async () => {
      const expected = numbered('Payment', messages).map(({ label }) => `${label} ×1`);
      return sameList('effects', await effects(stage, messages), expected);
    });
    stage.claim('The repeated record is stored, and was recognised', async () => {
      const stored = (await stage.records.stored('payments')).length;
      return sameList(
        'stored, effects',
        [`${stored}`, `${(await stage.records.journal()).length}`],
        [`${messages + 1}`, `${messages}`],
      );
    });
    stage.claim('Nothing is left to do', async () => sameNumber('lag', await stage.groups.lag('cashier'), 0));
  },
};
