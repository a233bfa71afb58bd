import { anySignal, type Delivery, openDriver } from '@millrace/streams';
import type { Scenario } from '../engine/scenario.ts';
import type { GuideValue } from '../engine/value.ts';
import { bootstrap, everyBackend, numbered, parameter, sameList, sameNumber } from './common.ts';

const group = 'workers';
const topic = 'jobs';
const leaseMs = 60_000;
/** So long a consumer waits that is to get nothing. */
const emptyHandedMs = 300;

export const competingConsumers: Scenario = {
  id: '25',
  pictures: ['25', '26'],
  title: 'Consumers that compete for the records of one stream',
  text: 'The members of a competing group share one stream: each record goes to one of them, whoever asks first. Kafka does it by a share group, Redis by a consumer group.',
  backends: everyBackend,
  cannot: {},
  needs: 'one server',
  parameters: [parameter('messages', 'records in the stream', 3, [3, 20])],
  leavesOut: 'What becomes of records that nobody acknowledges: see pictures 32 and 40.',
  play: async (stage) => {
    const messages = stage.parameter('messages');
    const server = bootstrap(stage.url);
    const driver = stage.use(await openDriver(stage.url, { namespace: stage.namespace }));
    const settings = { topics: [topic], start: 'earliest', acks: 'all', leaseMs, maxInFlight: 100 } as const;
    await stage.step('A stream', `${messages} records.`, async () => {
      await stage.records.createTopic(topic, 1);
      await stage.records.publish(topic, numbered('Job', messages));
    });
    await stage.step('Three consumers of one group', 'They take nothing yet.', async () => {
      stage.commandLine({
        redis: `XGROUP CREATE jobs:{P0} ${group} 0`,
        kafka: `kafka-configs.sh --bootstrap-server ${server} --alter --group ${group} --add-config share.auto.offset.reset=earliest`,
      });
    });
    const take = async (consumer: string, count: number, signal = stage.signal): Promise<void> => {
      const member = stage.use(await driver.compete(group, settings));
      stage.commandLine({
        redis: `XREADGROUP GROUP ${group} ${consumer} COUNT ${count} STREAMS jobs:{P0} >`,
        kafka: `kafka-console-share-consumer.sh --bootstrap-server ${server} --topic ${topic} --group ${group} --max-messages ${count}`,
      });
      const taken: Delivery[] = [];
      while (taken.length < count && !signal.aborted)
        taken.push(...(await member.fetch(count - taken.length, { signal })));
      for (const delivery of taken) {
        const { partition, offset, attempt } = delivery;
        const { key, label }: GuideValue = JSON.parse(Buffer.from(delivery.value ?? []).toString());
        const fact = { consumer, group, topic, partition, offset, label };
        stage.tell({ kind: 'delivered', attempt, ...fact });
        await stage.records.writeJournal({ ...fact, key, attempt });
        stage.tell({ kind: 'handled', ...fact });
        stage.commandLine({ redis: `XACK jobs:{P0} ${group} ${offset}` });
        await member.commit([{ record: delivery, acknowledged: true, outputs: [] }]);
        stage.tell({ kind: 'acknowledged', ...fact });
      }
    };
    await stage.step('COUNT for C1', 'It takes all but the last, and acknowledges them.', () =>
      take('C1', messages - 1),
    );
    await stage.step('COUNT 1 for C2', 'It gets what C1 did not take.', () => take('C2', 1));
    await stage.step('COUNT 1 for C3', 'Nothing is left for it.', () =>
      take('C3', 1, anySignal([stage.signal, AbortSignal.timeout(emptyHandedMs)])),
    );
    stage.claim('Each record went to one consumer, once', async () =>
      sameList(
        'handled',
        (await stage.records.journal())
          .map(({ label, attempt }) => `${label} at attempt ${attempt}`)
          .toSorted(),
        numbered('Job', messages)
          .map(({ label }) => `${label} at attempt 1`)
          .toSorted(),
      ),
    );
    stage.claim('C1 got all but the last, C2 the last and C3 none', async () =>
      sameList('by consumer', (await stage.records.journal()).map(({ consumer }) => consumer).toSorted(), [
        ...Array.from({ length: messages - 1 }, () => 'C1'),
        'C2',
      ]),
    );
    stage.claim('The group has nothing left to do', async () =>
      sameNumber('not acknowledged', await stage.groups.lag(group), 0),
    );
  },
};
