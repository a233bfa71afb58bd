import type { Harness } from '@millrace/streams-contract';
import { type RedisServer, type RedisServerOptions, startRedis } from '@millrace/testing';
import { beforeAll } from 'vitest';
import { openRedis } from '../src/index.ts';
import { singleCapabilities } from './contract-capabilities.ts';
import { cutConnections } from './cut-connections.ts';
import { loseGroup } from './lose-group.ts';

/** The contract's view of one server, started before the tests of the suite around it. */
export function singleServer(name: string, options: () => RedisServerOptions = () => ({})): Harness {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis(options());
  });
  return {
    name,
    capabilities: singleCapabilities,
    open: () => openRedis(server.url),
    opener: () => ({ module: new URL('contract-opener.ts', import.meta.url).href, options: server.url }),
    faults: {
      cutConnections: {
        present: true,
        inflict: () => cutConnections(server),
      },
      outage: {
        present: true,
        inflict: async () => {
          await server.kill();
          return { [Symbol.asyncDispose]: () => server.start() };
        },
      },
      loseGroup: {
        present: true,
        inflict: async (group) => {
          await using driver = await openRedis(server.url);
          await loseGroup(driver, async () => server, group);
        },
      },
    },
    close: async () => server[Symbol.asyncDispose](),
  };
}
