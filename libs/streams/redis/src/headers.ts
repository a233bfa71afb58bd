import { setHeader } from '@millrace/streams/driver-kit';

/** Before the name of a header among the fields of an entry. */
export const headerPrefix = 'h:';

export const noHeaders: Readonly<Record<string, string>> = Object.freeze({});

export function withHeader(
  headers: Record<string, string> | undefined,
  name: string,
  value: string,
): Record<string, string> {
  const own = headers ?? {};
  setHeader(own, name, value);
  return own;
}
