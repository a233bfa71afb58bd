import type { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

/** One request of Kafka's protocol in one version, with how its answer is read. */
export interface Request<Answer> {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  /** Versions with tagged fields and compact lengths (KIP-482). */
  readonly flexible?: boolean;
  /** Milliseconds to wait for the answer; 30 seconds unless told otherwise. */
  readonly timeoutMs?: number;
  /** The broker answers nothing. */
  readonly silent?: boolean;
  readonly write: (out: Writer) => unknown;
  readonly read: (reader: Reader) => Answer;
}

export function request<Answer>(
  apiKey: number,
  apiVersion: number,
  apiName: string,
  rest: Omit<Request<Answer>, 'apiKey' | 'apiVersion' | 'apiName'>,
): Request<Answer> {
  return { apiKey, apiVersion, apiName, ...rest };
}
