export type Counts = Record<string, number>;

/** What of a report the rules determine, in the report's own layout. */
export interface SalesFigures {
  readonly input: Counts;
  readonly payments: {
    readonly captured: { count: number; pence: number };
    readonly declined: Counts;
    readonly refunded: { count: number; pence: number };
    readonly refundDeclined: Counts;
  };
  readonly inventory: Counts;
  readonly emails: Counts;
  readonly crm: Counts;
}

export interface AccessLogFigures {
  readonly lines: number;
  readonly pageViews: number;
  readonly malformed: number;
  readonly bytes: number;
  readonly byStatus: Counts;
}
