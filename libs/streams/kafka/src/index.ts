import type { OpenDriver } from '@millrace/streams/driver';
import { openKafka } from './open.ts';

export { type KafkaOptions, openKafka } from './open.ts';

/** The driver of a Kafka URL, for `openStreams`. */
export const openDriver: OpenDriver = (url, options) => openKafka(url, options);
