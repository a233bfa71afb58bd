/** What the shop knows of a named customer; amounts in pence. */
export interface Profile {
  readonly customerId: string;
  readonly orders: number;
  readonly refunds: number;
  /** Orders whose stock is complete. */
  readonly allocatedOrders: number;
  readonly capturedPence: number;
  readonly refundedPence: number;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
}

export function lifetimeValue({ capturedPence, refundedPence }: Profile): number {
  return capturedPence - refundedPence;
}
