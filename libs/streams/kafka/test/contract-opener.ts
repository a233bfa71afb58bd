import type { OpenDriver } from '@millrace/streams-contract';
import { openKafka } from '../src/index.ts';

/** How child processes of the contract suite open the driver; the options are the URL. Servers of a busy machine are long away. */
export const open: OpenDriver = async (options) => await openKafka(String(options), { connectMs: 120_000 });
