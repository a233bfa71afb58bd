import type { OpenDriver } from '@millrace/streams-contract';
import { openKafka } from '../src/index.ts';

/** How child processes of the contract suite open the driver; the options are the URL. */
export const open: OpenDriver = async (options) => await openKafka(String(options));
