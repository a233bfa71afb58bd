import type { Scenario } from '../engine/scenario.ts';
import { everyBackend, parameter, sameNumber } from './common.ts';
import { crashAndGoOn, effects } from './crash-run.ts';

export const atMostOnce: Scenario = {
  id: '38',
  pictures: ['38', '42'],
  title: 'At most once',
  text: 'The consumer acknowledges what it was given and only then handles it. If it dies in between, the backend takes the work for done: no message is ever handled twice, and some are not handled at all.',
  backends: everyBackend,
  cannot: {},
  needs: 'one server',
  parameters: [parameter('messages', 'records', 4, [3, 20])],
  leavesOut: 'Larger batches, of which a crash loses all that was not handled yet.',
  play: async (stage) => {
    const messages = stage.parameter('messages');
    await crashAndGoOn(stage, {
      group: 'cashier',
      delivery: 'at-most-once',
      messages,
      batch: 500,
      crashAt: 2,
    });
    stage.claim('No payment took effect twice', async () => {
      const list = await effects(stage, messages);
      return { holds: list.every((text) => /×[01]$/.test(text)), evidence: list.join(', ') };
    });
    stage.claim('Nothing is left to do although C1 did not finish', async () =>
      sameNumber('lag', await stage.groups.lag('cashier'), 0),
    );
    stage.claim('What C1 had acknowledged was not seen again by C2', async () => {
      const again = (await stage.records.journal()).filter(
        ({ consumer, label }) => consumer === 'C2' && /Payment [12]$/.test(label),
      );
      return sameNumber('payments 1 and 2 at C2', again.length, 0);
    });
  },
};
