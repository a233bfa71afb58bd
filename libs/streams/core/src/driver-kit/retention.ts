import type { Retention } from '../admin.ts';
import type { Notice } from '../driver.ts';

/** A retention as a driver stored it, in JSON. Stores of the first versions say `evenIfUnsettled`, which is read too. */
export function parseRetention(text: string): Retention {
  return storedRetention(JSON.parse(text));
}

/** The same of a value that is parsed already. */
export function storedRetention(stored: Retention & { readonly evenIfUnsettled?: boolean }): Retention {
  const { evenIfUnsettled, ...retention } = stored;
  return evenIfUnsettled === undefined ? retention : { ...retention, evenIfUnacknowledged: evenIfUnsettled };
}

/** Whether both forget the same. */
export function sameRetention(one: Retention, other: Retention): boolean {
  return (
    one.maxAgeMs === other.maxAgeMs &&
    one.maxRecords === other.maxRecords &&
    (one.evenIfUnacknowledged ?? false) === (other.evenIfUnacknowledged ?? false)
  );
}

/** That a topic which existed has another retention from now on. */
export function retentionChanged(topic: string, before: Retention, after: Retention): Notice {
  return {
    kind: 'retention-changed',
    message: `the topic ${topic} existed and keeps ${retentionText(after)} from now on; before it kept ${retentionText(before)}`,
    details: { topic, before: retentionText(before), after: retentionText(after) },
  };
}

/** That it was to have another, and why it keeps its own. */
export function retentionKept(topic: string, wanted: Retention, reason: string): Notice {
  return {
    kind: 'retention-changed',
    message: `the topic ${topic} was to keep ${retentionText(wanted)} and is left as it is: ${reason}`,
    details: { topic, wanted: retentionText(wanted), reason },
  };
}

/** Such as `20000 records in each partition and 3600 s, also what no group has acknowledged`. */
function retentionText({ maxRecords, maxAgeMs, evenIfUnacknowledged = false }: Retention): string {
  const bounds = [
    ...(maxRecords === undefined ? [] : [`${maxRecords} records in each partition`]),
    ...(maxAgeMs === undefined ? [] : [`the records of ${maxAgeMs / 1_000} s`]),
  ];
  if (bounds.length === 0) return 'everything';
  return bounds.join(' and ') + (evenIfUnacknowledged ? ', acknowledged or not' : '');
}
