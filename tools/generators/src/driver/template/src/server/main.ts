import { listen } from './listen.ts';

const { port, cut } = await listen(Number(process.argv[2] ?? 0));
console.log(`example://127.0.0.1:${port}`);
// A test that starts the server cuts connections with it, and the server ends with the test.
process.on('message', (message) => {
  if (message === 'cut') cut();
});
process.on('disconnect', () => process.exit());
