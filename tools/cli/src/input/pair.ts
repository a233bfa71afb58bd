import { UsageError } from '../usage-error.ts';

/** `name=value`; the value may hold further equals signs. */
export function splitPair(option: string, text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`${option} takes name=value, not ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}
