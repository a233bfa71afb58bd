import { describeContract } from '@millrace/streams-contract';
import {
  freePorts,
  type KafkaServer,
  type ReplyProxy,
  requireService,
  startKafka,
  startReplyProxy,
} from '@millrace/testing';
import { beforeAll } from 'vitest';
import { openKafka } from '../src/index.ts';
import { singleCapabilities } from './contract-capabilities.ts';

const withKafka = requireService('kafka');

withKafka('a single Kafka broker', () => {
  let server: KafkaServer;
  let proxy: ReplyProxy;
  let url: string;
  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    proxy = await startReplyProxy(port);
    const properties = {
      // A broker that nobody told otherwise frees nothing within 15 s and forgets nobody within 45 s.
      'group.share.min.record.lock.duration.ms': '1000',
      'group.share.min.session.timeout.ms': '500',
      'group.share.min.heartbeat.interval.ms': '50',
    };
    server = await startKafka({ port, advertisedPort: proxy.port, properties });
    url = `kafka://127.0.0.1:${proxy.port}`;
  });
  describeContract({
    name: 'kafka',
    capabilities: singleCapabilities,
    open: () => openKafka(url),
    opener: () => ({ module: new URL('contract-opener.ts', import.meta.url).href, options: url }),
    faults: {
      cutConnections: { present: true, inflict: async () => proxy.cut() },
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
    close: async () => {
      await proxy[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  });
});
