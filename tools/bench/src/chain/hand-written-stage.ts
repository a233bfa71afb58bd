import { openKafkaStage } from '../references/kafka-stage.ts';
import { openRedisStage } from '../references/redis-stage.ts';
import { openSqliteStage } from '../references/sqlite-stage.ts';
import type { Stage, StageOrder } from './stage.ts';

/** A process of the chain written by hand on the raw client of the place's backend. */
export async function openHandWrittenStage(order: StageOrder): Promise<Stage> {
  if (order.place.startsWith('sqlite:')) return openSqliteStage(order, order.place.slice('sqlite:'.length));
  if (/^rediss?:/.test(order.place)) return openRedisStage(order);
  if (order.place.startsWith('kafka://')) return openKafkaStage(order);
  throw new Error(`there is no hand-written chain for ${order.place}`);
}
