import type { Judge } from '../../src/exercise.ts';

export const judge: Judge = {
  title: 'A schema that broke its readers',
  story:
    'A producer changed the shape of its events. Its readers followed, and a replay from the beginning now ends in dead letters.',
  topics: [
    { name: 'payments', partitions: 1 },
    { name: 'booked', partitions: 1 },
  ],
  async judge(lab) {
    await lab.publish(
      'payments',
      [
        { orderId: 'old-1', amount: 100 },
        { orderId: 'new-1', amount: { pence: 250, currency: 'GBP' } },
        { orderId: 'old-2', amount: 300 },
        { orderId: 'broken', amount: 'a lot' },
      ],
      'orderId',
    );
    await lab.runToEnd();
    const booked = (await lab.values<{ readonly orderId: string; readonly pence: number }>('booked')).map(
      ({ orderId, pence }) => `${orderId}: ${pence}`,
    );
    return {
      passed: booked.join() === 'old-1: 100,new-1: 250,old-2: 300',
      found: booked.join(', ') || 'nothing was booked',
      why: 'Records outlive the code that wrote them. A reader has to understand all shapes that still lie in the stream, and refuse what is none of them; a new shape is added beside the old one, never in its place.',
    };
  },
};
