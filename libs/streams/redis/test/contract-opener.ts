import type { OpenDriver } from '@millrace/streams-contract';
import { openRedis } from '../src/index.ts';

/** How child processes of the contract suite open the driver; the options are the URL. Servers of a busy machine are long away. */
export const open: OpenDriver = async (options) => await openRedis(String(options), { connectMs: 60_000 });
