import { noVariables, runService, service } from '../../src/index.ts';

/** A service whose work ends only when it wants to, for tests of what happens when it is told to stop. */
const stubborn = service({
  name: 'stubborn',
  port: 0,
  variables: noVariables,
  topics: [],
  parts: ({ config }) => ({
    background: [() => (config.NAMESPACE === 'stubborn' ? new Promise(() => {}) : Promise.resolve())],
  }),
});

await runService(stubborn, process.env);
