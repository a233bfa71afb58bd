export { exampleCapabilities } from './capabilities.ts';
export { openDriver, openExample } from './client/open.ts';
