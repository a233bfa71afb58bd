import { partitionOf } from '@millrace/streams';
import { shuffled } from '../engine/random.ts';
import type { Scenario } from '../engine/scenario.ts';
import { everyBackend, parameter, sameList, sameNumber } from './common.ts';

export const partitionsByHash: Scenario = {
  id: '24',
  pictures: ['21', '22', '24'],
  title: 'Partitions, by hash and round robin',
  text: 'The hash of the key, modulo the number of partitions, says where a record goes, on every backend alike; Redis has no partitions, so that several streams stand for them. Records without a key go round robin. One consumer for each partition sees one lane, in order.',
  backends: everyBackend,
  cannot: {},
  needs: 'one server',
  parameters: [
    parameter('partitions', 'partitions', 3, [1, 6]),
    parameter('products', 'products with three messages each', 3, [1, 10]),
  ],
  leavesOut: 'Changing the number of partitions, which sends keys elsewhere.',
  play: async (stage) => {
    const [partitions, products] = [stage.parameter('partitions'), stage.parameter('products')];
    const keys = shuffled(
      Array.from({ length: products * 3 }, (_, i) => `product-${(i % products) + 1}`),
      stage.random,
    );
    await stage.step('Messages of several products', 'Keyed by product, mixed.', async () => {
      await stage.records.createTopic('products', partitions);
      await stage.records.publish(
        'products',
        keys.map((key, index) => ({ key, label: `${key} #${index + 1}` })),
      );
    });
    await stage.step('Records without a key', 'Round robin by a counter.', async () => {
      await stage.records.createTopic('visits', partitions);
      await stage.records.publish(
        'visits',
        Array.from({ length: partitions * 2 }, (_, i) => ({ key: null, label: `Visit ${i + 1}` })),
      );
    });
    await stage.step('One consumer for each partition', 'Three lanes, each in order.', async () => {
      const stored = await stage.records.stored('products');
      for (let partition = 0; partition < partitions; partition++) {
        const count = stored.filter((record) => record.partition === partition).length;
        if (count > 0)
          await stage.records.readPlainly(`C${partition + 1}`, 'products', count, {
            partitions: [partition],
          });
      }
    });
    stage.claim('Each record lies where murmur3(key) % partitions says', async () => {
      const stored = await stage.records.stored('products');
      const wrong = stored.filter(({ key, partition }) => partition !== partitionOf(key ?? '', partitions));
      return {
        holds: wrong.length === 0 && stored.length === keys.length,
        evidence: `${stored.length} records, ${wrong.length} elsewhere`,
      };
    });
    stage.claim('Each consumer saw a single partition, in order', async () => {
      const lanes = Map.groupBy(await stage.records.journal(), ({ consumer }) => consumer);
      const right = [...lanes.values()].filter(
        (lane) =>
          new Set(lane.map(({ partition }) => partition)).size === 1 &&
          lane.every(
            ({ label }, i) =>
              i === 0 || Number(label.split('#')[1]) > Number(lane[i - 1]?.label.split('#')[1]),
          ),
      );
      const filled = new Set((await stage.records.stored('products')).map(({ partition }) => partition)).size;
      return sameNumber('lanes in order', right.length, filled);
    });
    stage.claim('Round robin fills the partitions evenly', async () => {
      const { partitions: rows } = await stage.streams.admin.describe('visits');
      return sameList(
        'records',
        rows.map(({ records }) => String(records)),
        rows.map(() => '2'),
      );
    });
  },
};
