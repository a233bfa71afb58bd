import type { Scenario } from '../engine/scenario.ts';
import { everyBackend, parameter, sameList, sameNumber } from './common.ts';
import { crashAndGoOn, effects } from './crash-run.ts';

export const atLeastOnce: Scenario = {
  id: '39',
  pictures: ['39', '43'],
  title: 'At least once',
  text: 'The consumer handles a batch and acknowledges it afterwards. If it dies before that, another member is given the whole batch again: nothing is lost, and what had been handled takes effect twice.',
  backends: everyBackend,
  cannot: {},
  needs: 'one server',
  parameters: [parameter('messages', 'records, of one batch', 3, [3, 20])],
  leavesOut: 'How a handler makes a repeat harmless; see pictures 44 and 45.',
  play: async (stage) => {
    const messages = stage.parameter('messages');
    const { lagAfterCrash } = await crashAndGoOn(stage, {
      group: 'cashier',
      delivery: 'at-least-once',
      messages,
      batch: messages,
      crashAt: 3,
    });
    stage.claim('The three that C1 had handled took effect twice, the others once', async () => {
      const expected = Array.from({ length: messages }, (_, i) => `Payment ${i + 1} ×${i < 3 ? 2 : 1}`);
      return sameList('effects', await effects(stage, messages), expected);
    });
    stage.claim('After the crash nothing was acknowledged, and now everything is', async () => {
      const lag = await stage.groups.lag('cashier');
      return sameList('lag after the crash, now', [`${lagAfterCrash}`, `${lag}`], [`${messages}`, '0']);
    });
    stage.claim('Every payment that is stored was handled', async () => {
      const handled = new Set((await stage.records.journal()).map(({ offset }) => offset));
      const missed = (await stage.records.stored('payments')).filter(({ offset }) => !handled.has(offset));
      return sameNumber('payments without an effect', missed.length, 0);
    });
  },
};
