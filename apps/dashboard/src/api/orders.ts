import type { MessageStory } from './messages.ts';

/** `GET /api/orders`: the newest first. */
export interface OrderRow {
  readonly orderId: string;
  /** Milliseconds since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly pence: number | null;
  /** The last that happened to it. */
  readonly state: string;
}

/** `GET /api/orders/:id` */
export interface OrderStory {
  readonly orderId: string;
  /** Null for an order that the dashboard did not see itself. */
  readonly order: OrderRow | null;
  readonly story: MessageStory;
}
