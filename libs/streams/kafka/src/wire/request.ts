import type { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

/** The oldest and the newest version of a request that somebody speaks. */
export type Versions = readonly [oldest: number, newest: number];

/** One request of Kafka's protocol in the versions that are spoken here, with how its answer is read. */
export interface Request<Answer> {
  readonly apiKey: number;
  readonly apiName: string;
  readonly versions: Versions;
  /** These versions have tagged fields and compact lengths (KIP-482). Default: false. */
  readonly flexible?: boolean;
  /** Milliseconds to wait for the answer. Default: 10 000. */
  readonly timeoutMs?: number;
  /** The oldest release of Kafka that speaks these versions. Default: 3.1. */
  readonly since?: string;
  /** Where the answer says for how many milliseconds the broker takes nothing more (KIP-219). Default: first. */
  readonly throttled?: 'first' | 'last' | 'never';
  readonly write: (out: Writer, version: number) => unknown;
  readonly read: (reader: Reader, version: number) => Answer;
}

export function request<Answer>(
  apiKey: number,
  versions: Versions,
  apiName: string,
  rest: Omit<Request<Answer>, 'apiKey' | 'versions' | 'apiName'>,
): Request<Answer> {
  return { apiKey, versions, apiName, ...rest };
}
