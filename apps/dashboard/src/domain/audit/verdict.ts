export interface Verdict {
  readonly state: 'adds-up' | 'reading' | 'waiting' | 'wrong';
  /** One sentence for people. */
  readonly says: string;
  /** When it began to say so, milliseconds since the epoch. */
  readonly since: number;
  readonly checks: readonly Check[];
  /** The newest first, at most 20. */
  readonly findings: readonly Finding[];
  readonly findingsInAll: number;
}

export interface Check {
  readonly name: 'money' | 'stock' | 'orders' | 'e-mails';
  readonly state: 'adds-up' | 'waiting' | 'wrong';
  readonly says: string;
}

export interface Finding {
  readonly check: Check['name'];
  readonly at: number;
  readonly says: string;
  readonly orderId: string | null;
}
