import type { BackendKind, GuideEvent, ScenarioSummary } from '@millrace/guide/events';

/** `GET /api/guide`. */
export interface GuideListing {
  /** Where pictures can be played, the dashboard's own backend first. */
  readonly backends: readonly { readonly name: string; readonly kind: BackendKind }[];
  /** Whether this dashboard may store the records of a picture. */
  readonly writable: boolean;
  readonly pictures: readonly ScenarioSummary[];
}

/** An event `guide` of `GET /api/guide/play`. */
export interface PlayedEvent {
  /** 0 for the backend `on` which the picture is played, 1 for the one `beside` it. */
  readonly side: number;
  readonly event: GuideEvent;
}
