export { openKafka } from './open.ts';
