/** A reply of names and values in turn, as those of XINFO are. */
export function namedFields(reply: unknown): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  if (!Array.isArray(reply)) return fields;
  for (let index = 0; index < reply.length; index += 2) fields.set(String(reply[index]), reply[index + 1]);
  return fields;
}
