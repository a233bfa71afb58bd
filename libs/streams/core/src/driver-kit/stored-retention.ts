import type { Retention } from '../admin.ts';

/** A retention as a driver stored it, in JSON. Stores of the first versions say `evenIfUnsettled`, which is read too. */
export function parseRetention(text: string): Retention {
  return storedRetention(JSON.parse(text));
}

/** The same of a value that is parsed already. */
export function storedRetention(stored: Retention & { readonly evenIfUnsettled?: boolean }): Retention {
  const { evenIfUnsettled, ...retention } = stored;
  return evenIfUnsettled === undefined ? retention : { ...retention, evenIfUnacknowledged: evenIfUnsettled };
}
