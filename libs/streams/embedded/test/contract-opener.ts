import type { OpenDriver } from '@millrace/streams-contract';
import { openEmbedded } from '../src/index.ts';

/** How child processes of the contract suite open the driver; the options are the log's file. */
export const open: OpenDriver = async (options) => await openEmbedded(String(options));
