/** What the bench asks of a peer. */
export interface Order {
  readonly host: string;
  readonly port: number;
  readonly messages: number;
  readonly batch: number;
  readonly concurrency: number;
  /** Before every name it uses. */
  readonly name: string;
}

export function report(messages: number, milliseconds: number): void {
  process.stdout.write(`${JSON.stringify({ perSecond: (messages / milliseconds) * 1000 })}\n`);
}
