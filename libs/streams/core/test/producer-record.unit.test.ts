import { describe, expect, it } from 'vitest';
import { bytes } from '../src/codec.ts';
import type { Driver } from '../src/driver.ts';
import { partitionOf } from '../src/partitioner.ts';
import { Partitioner, toProducerRecord } from '../src/producer-record.ts';
import { topic } from '../src/topic.ts';

interface Order {
  readonly orderId: string;
}

const orders = topic<Order>('orders', {
  key: (order) => order.orderId,
  id: (order) => `order/${order.orderId}`,
});
const loose = topic<number>('loose');
const options = { id: () => 'generated', maxBytes: 1_000 };

function routerOver(partitions: number): { partitioner: Partitioner; asked: string[] } {
  const asked: string[] = [];
  const driver: Pick<Driver, 'partitions'> = {
    partitions: async (name) => {
      asked.push(name);
      return partitions;
    },
  };
  return { partitioner: new Partitioner(driver), asked };
}

describe('draft', () => {
  it('takes the id from the value where the topic derives one', () => {
    expect(toProducerRecord(orders, { orderId: '7' }, options).headers).toEqual({ id: 'order/7' });
    expect(toProducerRecord(loose, 1, options).headers).toEqual({ id: 'generated' });
  });

  it('refuses a value that no record could hold, counting bytes and not characters', () => {
    const euros = '€'.repeat(400);
    expect(() => toProducerRecord(topic<string>('texts'), euros, options)).toThrow(
      /1202 bytes for topic texts/,
    );
    expect(() =>
      toProducerRecord(topic<Uint8Array>('raw', { codec: bytes }), new Uint8Array(1_001), options),
    ).toThrow(/1001 bytes/);
    expect(() => toProducerRecord(topic<string>('texts'), 'a'.repeat(998), options)).not.toThrow();
  });
});

describe('Router', () => {
  it('puts one key into one partition, by murmur3', async () => {
    const { partitioner, asked } = routerOver(6);
    const records = await partitioner.assign(
      ['1', '2', '1'].map((orderId) => toProducerRecord(orders, { orderId }, options)),
    );
    expect(records.map((record) => record.partition)).toEqual(
      ['1', '2', '1'].map((key) => partitionOf(key, 6)),
    );
    expect(asked).toEqual(['orders']);
  });

  it('spreads records without key in turn', async () => {
    const { partitioner } = routerOver(3);
    const records = await partitioner.assign(
      [1, 2, 3, 4].map((value) => toProducerRecord(loose, value, options)),
    );
    expect(records.map((record) => record.partition)).toEqual([0, 1, 2, 0]);
  });

  it('lets an explicit partition win', async () => {
    const { partitioner } = routerOver(6);
    const [record] = await partitioner.assign([
      toProducerRecord(orders, { orderId: '1' }, { ...options, partition: 5 }),
    ]);
    expect(record?.partition).toBe(5);
  });
});
