export { type AlarmRang, type Alarms, alarms } from './alarms.ts';
export { DelayQueue, type Due } from './delay-queue.ts';
export { openPartitionTimers, PartitionTimers } from './partition-timers.ts';
