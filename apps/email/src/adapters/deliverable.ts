import { createHash } from 'node:crypto';

/** Octets before the `@` (RFC 5321, 4.5.3.1.1); servers refuse longer ones. */
const longestLocalPart = 64;
const digestLength = 24;

/** The address itself, or a shorter one where its local part is too long for any server; different ones stay different. */
export function deliverable(address: string): string {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  if (local.length <= longestLocalPart) return address;
  const digest = createHash('sha256').update(local).digest('hex').slice(0, digestLength);
  return `${local.slice(0, longestLocalPart - digestLength - 1)}-${digest}${address.slice(at)}`;
}
