/**
 * Test files that mostly let time pass, such as the patience of a server or a lease that runs out, or that build and
 * install. More of them than of the others run at a time; in none must a process show within a second that it lives, and
 * none looks at how long something takes.
 */
export const waiting: readonly string[] = [
  'apps/email/test/certificates.int.test.ts',
  'apps/email/test/refusals.int.test.ts',
  'apps/shop-e2e/test/containers.e2e.test.ts',
  'libs/service/test/lifecycle/backend-away.int.test.ts',
  'libs/streams/kafka/test/away.int.test.ts',
  'libs/streams/kafka/test/broker-limits.int.test.ts',
  'libs/streams/kafka/test/dropped-flows.int.test.ts',
  'libs/streams/kafka/test/groups-of-others.int.test.ts',
  'libs/streams/kafka/test/topics-of-others.int.test.ts',
  'libs/streams/redis/test/connections.int.test.ts',
  'libs/streams/redis/test/failover.e2e.test.ts',
  'libs/streams/redis/test/opening.e2e.test.ts',
  'libs/streams/redis/test/silent-server.int.test.ts',
  'libs/streams/redis/test/slow-replies.int.test.ts',
  'tools/cli/test/doctor.int.test.ts',
  'tools/cli/test/docs/followed.int.test.ts',
  'tools/docs/test/site.int.test.ts',
  'tools/generators/test/generators.int.test.ts',
  'tools/guide/test/backends.int.test.ts',
  'tools/guide/test/interrupt.int.test.ts',
  'tools/infra/test/image.int.test.ts',
  'tools/infra/test/stacks.int.test.ts',
  'tools/learn/test/exercises.int.test.ts',
  'tools/pack/test/packages.int.test.ts',
];
