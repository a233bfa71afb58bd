import { openRedis } from '../src/index.ts';

// Opens what its argument names, closes it when told, and ends by itself when nothing is left open.
const driver = await openRedis(process.argv[2] ?? '');
process.once('message', async () => {
  await driver[Symbol.asyncDispose]();
  process.disconnect?.();
});
process.send?.('open');
