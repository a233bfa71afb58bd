import { describeContract } from '@millrace/streams-contract';
import { type KafkaServer, requireService, startKafka } from '@millrace/testing';
import { beforeAll } from 'vitest';
import { openKafka } from '../src/index.ts';
import { singleCapabilities } from './contract-capabilities.ts';

const withKafka = requireService('kafka');

withKafka('a single Kafka broker', () => {
  let server: KafkaServer;
  beforeAll(async () => {
    server = await startKafka();
  });
  describeContract({
    name: 'kafka',
    capabilities: singleCapabilities,
    open: () => openKafka(server.url),
    opener: () => ({ module: new URL('contract-opener.ts', import.meta.url).href, options: server.url }),
    faults: {
      cutConnections: { present: false, reason: 'later' },
      outage: {
        present: true,
        inflict: async () => {
          await server.kill();
          return { [Symbol.asyncDispose]: () => server.start() };
        },
      },
      loseGroup: {
        present: false,
        reason: 'Kafka refuses to delete a group that has members, or the offsets it reads by',
      },
    },
    close: async () => server[Symbol.asyncDispose](),
  });
});
