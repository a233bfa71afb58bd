import type { Judge } from '../../src/exercise.ts';

const tills = ['a', 'b', 'c'];

export const judge: Judge = {
  title: 'A rebalance in the middle of a batch',
  story: 'Whenever a member joins or leaves, the totals are a little too low.',
  topics: [
    { name: 'sales', partitions: 3 },
    { name: 'sums', partitions: 1 },
  ],
  async judge(lab) {
    // Three members come and go, each with a few sales.
    for (let round = 0; round < 3; round += 1) {
      await lab.publish(
        'sales',
        tills.flatMap((till) => Array.from({ length: 3 }, () => ({ till, pence: 100 }))),
        'till',
      );
      await lab.runToEnd();
    }
    const sums = await lab.values<{ readonly pence: number }>('sums');
    const found = sums.reduce((total, { pence }) => total + pence, 0);
    const wanted = 3 * 3 * 3 * 100;
    return {
      passed: found === wanted,
      found: `sales of ${wanted} pence, sums of ${found}, in ${sums.length} records`,
      why: 'What a handler keeps in a variable belongs to the process; the acknowledgement belongs to the group. When the partition moves on, only what was stored with the commit goes with it.',
    };
  },
};
