import type { Scenario } from '../engine/scenario.ts';
import { everyBackend, numbered, parameter, sameList, sameNumber } from './common.ts';

export const retry: Scenario = {
  id: '31',
  pictures: ['31'],
  title: 'Retry after a temporary failure',
  text: 'The database that the handler needs is away for a moment. The message stays where it is and is tried again after a delay; it is acknowledged once, when it has succeeded.',
  backends: everyBackend,
  cannot: {},
  needs: 'one server',
  parameters: [
    parameter('failures', 'attempts that fail', 2, [1, 4]),
    parameter('messages', 'records', 3, [1, 20]),
  ],
  leavesOut: 'What happens when it never succeeds: the library moves it to the dead letters.',
  play: async (stage) => {
    const [failures, messages] = [stage.parameter('failures'), stage.parameter('messages')];
    await stage.step(
      'Records and a consumer whose database is away',
      `It fails ${failures} times at Order 1.`,
      async () => {
        await stage.records.createTopic('orders', 1);
        await stage.records.publish('orders', numbered('Order', messages));
        const failAt = { label: 'Order 1', times: failures };
        await stage.members.start('C1', {
          group: 'writer',
          topics: ['orders'],
          mode: 'partitioned',
          delivery: 'at-least-once',
          failAt,
        });
        await stage.records.untilJournal(messages);
        await stage.groups.untilCaughtUp('writer');
      },
    );
    stage.claim(`Order 1 succeeded at attempt ${failures + 1}, once, and before those after it`, async () => {
      const list = (await stage.records.journal()).map(
        ({ label, attempt }) => `${label} at attempt ${attempt}`,
      );
      const expected = numbered('Order', messages).map(
        ({ label }, i) => `${label} at attempt ${i === 0 ? failures + 1 : 1}`,
      );
      return sameList('handled', list, expected);
    });
    stage.claim('All is acknowledged and nothing is a dead letter', async () => {
      let dead = 0;
      for await (const _letter of stage.streams.admin.deadLetters('writer')) dead++;
      const lag = await stage.groups.lag('writer');
      return sameNumber('unacknowledged and dead letters', lag + dead, 0);
    });
  },
};
