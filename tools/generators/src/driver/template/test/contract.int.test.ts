import { describeContract } from '@millrace/streams-contract';
import { openExample } from '../src/index.ts';
import { capabilities } from './contract-capabilities.ts';
import { startServer } from './server-process.ts';

const server = await startServer();

describeContract({
  name: 'example',
  capabilities,
  open: () => openExample(server.url),
  opener: () => ({ module: new URL('contract-opener.ts', import.meta.url).href, options: server.url }),
  faults: {
    cutConnections: { present: true, inflict: async () => server.cut() },
    outage: { present: false, reason: 'what the server holds in its memory goes with it' },
    loseGroup: {
      present: false,
      reason: 'groups are held where records are: neither is lost without the other',
    },
  },
  close: async () => await server[Symbol.asyncDispose](),
});
