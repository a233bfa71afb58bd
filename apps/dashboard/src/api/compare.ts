/** `GET /api/compare`: what `npm run compare` wrote, the newest first. */
export interface CompareReport {
  /** The file without its ending. */
  readonly name: string;
  readonly writtenAt: number;
  /** The JSON as it stands; null when it cannot be read. */
  readonly report: unknown;
  /** Whether there is a page of it, at `/compare/NAME.html`. */
  readonly hasPage: boolean;
}
