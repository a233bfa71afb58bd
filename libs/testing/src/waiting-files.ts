/**
 * Test files that let time pass, such as the patience of a server or a lease that runs out, and use less than half of a
 * core meanwhile. More of them than of the others run at a time; none that looks at how long something takes is here.
 */
export const waiting: readonly string[] = [
  'libs/streams/kafka/test/away.int.test.ts',
  'libs/streams/kafka/test/broker-limits.int.test.ts',
  'libs/streams/kafka/test/dropped-flows.int.test.ts',
  'libs/streams/redis/test/connections.int.test.ts',
  'libs/streams/redis/test/failover.e2e.test.ts',
  'libs/streams/redis/test/opening.e2e.test.ts',
  'libs/streams/redis/test/silent-server.int.test.ts',
  'libs/streams/redis/test/slow-replies.int.test.ts',
  'tools/learn/test/exercises.int.test.ts',
];
