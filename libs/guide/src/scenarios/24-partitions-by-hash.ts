import { partitionOf } from '@millrace/streams';
import { shuffled } from '../engine/random.ts';
import type { Scenario } from '../engine/scenario.ts';
import { bootstrap, everyBackend, parameter, sameNumber } from './common.ts';

export const partitionsByHash: Scenario = {
  id: '24',
  pictures: ['24'],
  title: 'Partitions by the hash of the key',
  text: 'The hash of the key, modulo the number of partitions, says where a record goes, on every backend alike; Redis has no partitions, so that several streams stand for them. One consumer for each partition sees one lane, in order, and the lanes are handled in parallel.',
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
      const lane = partitionOf(keys[0] ?? '', partitions);
      stage.commandLine({
        redis: `XADD products:{P${lane}} * key ${keys[0]} value "${keys[0]} #1"`,
        kafka: `kafka-console-producer.sh --bootstrap-server ${bootstrap(stage.url)} --topic products --reader-property parse.key=true --reader-property key.separator=:`,
        embedded: `streams produce products "${keys[0]} #1" --key ${keys[0]}`,
      });
      await stage.records.publish(
        'products',
        keys.map((key, index) => ({ key, label: `${key} #${index + 1}` })),
      );
    });
    await stage.step('One consumer for each partition', 'A lane each, in order.', async () => {
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
  },
};
