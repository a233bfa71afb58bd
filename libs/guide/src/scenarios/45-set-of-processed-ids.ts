import type { Scenario } from '../engine/scenario.ts';
import { openProcessedSet } from '../native/processed-set.ts';
import { numbered, parameter, sameList, sameNumber } from './common.ts';
import { crashAndGoOn } from './crash-run.ts';

export const setOfProcessedIds: Scenario = {
  id: '45',
  pictures: ['45'],
  title: 'Exactly once on Redis: a set of processed ids',
  text: 'The consumer takes whole batches and remembers the id of each message in a Set, in one transaction with its effect. Its successor is given the batch again, and passes over what the Set has.',
  backends: ['embedded', 'redis'],
  cannot: {
    kafka: 'Kafka has transactions for it: npm run guide -- exactly-once --backend kafka.',
  },
  needs: 'one server',
  parameters: [parameter('messages', 'records, of one batch', 4, [3, 20])],
  leavesOut: 'When an id may be forgotten: as soon as its message cannot come again.',
  play: async (stage) => {
    const messages = stage.parameter('messages');
    const processed = stage.use(await openProcessedSet(stage.url, stage.namespace));
    const tellMembers = async (): Promise<void> => {
      stage.commandLine({ redis: 'SMEMBERS processed' });
      const counted = await processed.effects();
      stage.tell({
        kind: 'table',
        title: 'Members of the set',
        columns: ['id', 'effects'],
        rows: (await processed.members()).map((id) => [id, String(counted.get(id) ?? 0)]),
      });
    };
    const { lagAfterCrash, redelivered } = await crashAndGoOn(stage, {
      group: 'cashier',
      delivery: 'at-least-once',
      knows: 'by a set',
      messages,
      batch: messages,
      crashAt: 3,
      afterCrash: async () => {
        stage.commandLine({ redis: 'SISMEMBER processed "Payment 3"' });
        stage.commandLine({
          redis: 'MULTI · HINCRBY charged "Payment 3" 1 · SADD processed "Payment 3" · EXEC',
        });
        await tellMembers();
      },
    });
    await stage.step('The set', 'Every id once, however often its message came.', tellMembers);
    const labels = numbered('Payment', messages).map(({ label }) => label);
    stage.claim('The same crash, and every payment took effect once', async () => {
      const counted = await processed.effects();
      return sameList(
        'effects',
        [...counted].map(([id, times]) => `${id} ×${times}`).toSorted(byNumber),
        labels.map((label) => `${label} ×1`),
      );
    });
    stage.claim('The set has the id of every payment', async () =>
      sameList('members', [...(await processed.members())].toSorted(byNumber), labels),
    );
    stage.claim('C2 was given again what C1 had not acknowledged', async () =>
      sameList(
        'unacknowledged after the crash, given again',
        [`${lagAfterCrash}`, `${redelivered}`],
        [`${messages}`, '3'],
      ),
    );
    stage.claim('Nothing is left to do', async () => sameNumber('lag', await stage.groups.lag('cashier'), 0));
  },
};

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
