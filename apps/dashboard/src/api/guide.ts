import type { BackendKind, ScenarioSummary } from '@millrace/guide/events';

/** `GET /api/guide`. */
export interface GuideListing {
  readonly backend: BackendKind;
  /** Whether this dashboard may store the records of a picture. */
  readonly writable: boolean;
  readonly pictures: readonly ScenarioSummary[];
}
