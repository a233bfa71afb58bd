import type { MemoryUse } from '../services/memory-log.ts';

/** What the feeder read. */
export interface InputFigures {
  readonly rows: number;
  readonly invalidRows: number;
  readonly sales: number;
  readonly cancellations: number;
  readonly adjustments: number;
  readonly unsupported: number;
}

export interface CountAndPence {
  readonly count: number;
  readonly pence: number;
}

/** By reason, status and the like. */
export type Counts = Readonly<Record<string, number>>;

/** What the database service reads back from its tables. */
export interface StoredFigures {
  readonly payments: {
    readonly captured: CountAndPence;
    readonly declined: Counts;
    readonly refunded: CountAndPence;
    readonly refundDeclined: Counts;
  };
  readonly inventory: {
    readonly skus: number;
    readonly demanded: number;
    readonly returned: number;
    /** Signed. */
    readonly adjusted: number;
    readonly onHand: number;
    readonly backordered: number;
  };
  readonly emails: Counts;
  readonly webserver: {
    readonly lines: number;
    readonly pageViews: number;
    readonly malformed: number;
    readonly bytes: number;
    readonly byStatus: Counts;
  };
}

export interface CustomerFigures {
  readonly customers: number;
  readonly orders: number;
  readonly lifetimeValuePence: number;
}

export interface DeliveryFigures {
  /** Records in all topics. */
  readonly messages: number;
  /** Records that a sink should hold and does not. */
  readonly lost: number;
  /** Records that a sink holds more than once. */
  readonly duplicated: number;
  /** Records that a sink applied before an earlier one of the same key. */
  readonly outOfOrder: number;
  readonly redelivered: number;
  readonly deadLettered: number;
}

/** Milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** The outcome of a replay, as `--report` writes it. */
export interface Report extends StoredFigures {
  readonly run: string;
  readonly backend: string;
  readonly input: InputFigures;
  readonly crm: CustomerFigures;
  readonly delivery: DeliveryFigures;
  /** From the first record fed until every group had caught up, over all sessions of the run. */
  readonly elapsedSeconds: number;
  readonly messagesPerSecond: number;
  /** From published to applied by the database service, over all messages that it keeps. */
  readonly endToEndMs: Latency;
  /** Megabytes resident, by service. */
  readonly memoryMb: Readonly<Record<string, MemoryUse>>;
}
