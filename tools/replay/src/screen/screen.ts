/** How far a replay is. */
export interface Status {
  readonly phase: 'feeding' | 'catching up';
  /** Of this phase, 0 to 1. */
  readonly fraction: number;
  readonly rows: number;
  /** Undefined once all are read. */
  readonly rowsPerSecond: number | undefined;
  /** Of this phase; undefined while it cannot be told. */
  readonly secondsLeft: number | undefined;
  /** Records that the services have still to settle. */
  readonly lag: number;
}

/** Where a person follows a replay. */
export interface Screen extends Disposable {
  /** A line that stays. */
  note(text: string): void;
  /** The latest status; shown as the screen sees fit. */
  show(status: Status): void;
}

export function formatRows({ rows, rowsPerSecond }: Status): string {
  const read = `${formatCount(rows)} rows`;
  return rowsPerSecond === undefined ? read : `${read}, ${formatCount(rowsPerSecond)}/s`;
}

export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en');
}

export function formatSeconds(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return '?';
  const whole = Math.ceil(seconds);
  if (whole < 100) return `${whole} s`;
  return whole < 6_000 ? `${Math.ceil(whole / 60)} min` : `${Math.ceil(whole / 3_600)} h`;
}
