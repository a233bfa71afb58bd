/** A record as the browser shows it. */
export interface MessageView {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** Text, or base64 with `base64:` before it where it is no text. */
  readonly key: string | null;
  /** Text, or base64 as with the key. Several of a name are one text, with commas. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * JSON where it is JSON, otherwise text, or base64 where it is no text; the beginning of it when it is long. Null with the
   * form `tombstone` where there is none.
   */
  readonly value: unknown;
  readonly form: 'json' | 'text' | 'base64' | 'tombstone';
  /** Of the value as it is stored. */
  readonly bytes: number;
  /** Paths of what is masked, such as `payerId`; `key` stands for the key. */
  readonly masked: readonly string[];
}

/** `GET /api/topics/:topic/messages`: in the order in which they were stored. */
export interface SearchResult {
  readonly messages: readonly MessageView[];
  /** Records read for it. */
  readonly looked: number;
  /** Times of the oldest and the newest of them; null when there was none. */
  readonly lookedFrom: number | null;
  readonly lookedTo: number | null;
  /** Enough was found, everything there is was read, or the search read as much as one search may. */
  readonly ended: 'limit' | 'end' | 'budget';
  /** Goes on behind what was read, as `cursor`; null where the search read backwards from the newest. */
  readonly cursor: string | null;
}

/** `GET /api/topics/:topic/story`: what led to a message and what came of it, by trace or by order. */
export interface MessageStory {
  readonly steps: readonly StoryStep[];
  readonly looked: number;
  /** What ties the steps together. */
  readonly by: 'trace' | 'order' | 'nothing';
  readonly id: string | null;
  readonly traceUrl: string | null;
}

export interface StoryStep {
  readonly relation: 'cause' | 'self' | 'effect';
  readonly message: MessageView;
}
