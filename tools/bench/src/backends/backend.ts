import type { Variant } from '../ours/side.ts';
import type { OpenSide } from '../side.ts';

/** What a backend needs for its comparisons. */
export interface Backend {
  readonly name: string;
  readonly ours: (variant: Variant) => OpenSide;
  readonly reference: OpenSide;
  readonly referenceName: string;
  /** Places for processes that work together: the library's URL and the raw client's address, fresh at each call. */
  readonly places: () => Promise<Places>;
  /** For cases that only this backend has. */
  readonly redisUrl?: string;
  readonly kafkaUrl?: string;
}

export interface Places extends AsyncDisposable {
  readonly ours: string;
  readonly handWritten: string;
}
