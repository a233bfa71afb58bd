/** Before the name of a header among the fields of an entry. */
export const headerPrefix = 'h:';

export const noHeaders: Readonly<Record<string, string>> = Object.freeze({});

export function withHeader(
  headers: Record<string, string> | undefined,
  name: string,
  value: string,
): Record<string, string> {
  if (name === '__proto__') {
    const own = headers ?? {};
    Object.defineProperty(own, name, { value, enumerable: true, configurable: true, writable: true });
    return own;
  }
  if (headers === undefined) return { [name]: value };
  headers[name] = value;
  return headers;
}
