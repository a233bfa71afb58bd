import type { OpenDriver } from '@millrace/streams-contract';
import { openExample } from '../src/index.ts';

/** How the processes that the suite starts open the driver; the options are the server's URL. */
export const open: OpenDriver = async (options) => await openExample(String(options));
