import type { Scenario } from '../engine/scenario.ts';
import { numbered, parameter, sameList, sameNumber } from './common.ts';
import { crashAndGoOn, effects } from './crash-run.ts';

export const oneAtATime: Scenario = {
  id: '44',
  pictures: ['44'],
  title: 'Exactly once on Redis: one message at a time',
  text: 'A consumer that handles one message and acknowledges it before it handles the next leaves no more than one in doubt when it dies. Its successor is given that one again, and looks whether the effect is there before it has it.',
  backends: ['embedded', 'redis'],
  cannot: {
    kafka: 'Kafka has transactions for it: npm run guide -- exactly-once --backend kafka.',
  },
  needs: 'one server',
  parameters: [parameter('messages', 'records', 5, [3, 20])],
  leavesOut: 'What it costs: a round trip for every message. Picture 45 takes batches.',
  play: async (stage) => {
    const messages = stage.parameter('messages');
    const { lagAfterCrash, redelivered } = await crashAndGoOn(stage, {
      group: 'cashier',
      delivery: 'at-least-once',
      knows: 'by looking',
      messages,
      batch: 1,
      crashAt: 3,
    });
    stage.claim('The same crash, and every payment took effect once', async () => {
      const expected = numbered('Payment', messages).map(({ label }) => `${label} ×1`);
      return sameList('effects', await effects(stage, messages), expected);
    });
    stage.claim('One payment was in doubt: handled, and not acknowledged', async () => {
      const byFirst = (await stage.records.journal()).filter(({ consumer }) => consumer === 'C1').length;
      const acknowledged = messages - lagAfterCrash;
      return {
        holds: byFirst - acknowledged === 1 && redelivered === 1,
        evidence: `C1 had ${byFirst} effects and ${acknowledged} acknowledgements; C2 was given ${redelivered} of them again`,
      };
    });
    stage.claim('Nothing is left to do', async () => sameNumber('lag', await stage.groups.lag('cashier'), 0));
  },
};
