import type { OpenDriver } from '@millrace/streams-contract';
import { openEmbedded } from '@millrace/streams-embedded';
import { namespaced } from '../../src/namespaced/driver.ts';

/** How child processes of the contract suite open the driver; the options are the log's file. */
export const open: OpenDriver = async (options) =>
  namespaced(await openEmbedded(String(options)), 'first-shop');
