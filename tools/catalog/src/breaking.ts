import type { AsyncApiDocument } from './asyncapi.ts';
import { type JsonSchema, variantsOf } from './json-schema.ts';

/** Says nothing about which values are valid. */
const silent: ReadonlySet<string> = new Set([
  'description',
  'title',
  'examples',
  'personal',
  '$schema',
  '$id',
]);

/**
 * What in `after` would break a reader or make a stored event unreadable; empty when members of both versions can run side
 * by side. Allowed are a new topic, a new event, a new optional field and other descriptions; the rules for people stand in
 * docs/how-to/changing-events.md.
 */
export function breakingChanges(before: AsyncApiDocument, after: AsyncApiDocument): readonly string[] {
  const topics = Object.entries(before.channels).flatMap(([name, { messages }]) => {
    const channel = after.channels[name];
    if (!channel) return [`${name}: the topic is gone, and with it what its readers wait for`];
    const gone = Object.keys(messages).filter((message) => !(message in channel.messages));
    return gone.map((message) => `${name}: ${message} is gone, but is stored and read`);
  });
  const events = Object.entries(before.components.messages).flatMap(([name, { payload }]) => {
    const message = after.components.messages[name];
    return message ? changesOfUnion(payload, message.payload, name) : [];
  });
  return [...topics, ...events];
}

function changesOfUnion(before: JsonSchema, after: JsonSchema, path: string): readonly string[] {
  const olds = variantsOf(before);
  const news = variantsOf(after);
  if (olds.length === 1 && news.length === 1) return changes(olds[0] ?? {}, news[0] ?? {}, path);
  return olds.flatMap((old) => {
    const name = constantsOf(old);
    const same = news.find((candidate) => constantsOf(candidate) === name);
    return same ? changes(old, same, `${path}(${name})`) : [`${path}: the variant ${name} is gone`];
  });
}

/** The fixed values of a variant, by which it is told from the others. */
function constantsOf({ properties = {} }: JsonSchema): string {
  const fixed = Object.entries(properties).flatMap(([name, { const: value }]) =>
    value === undefined ? [] : [`${name}=${JSON.stringify(value)}`],
  );
  return fixed.join(' ');
}

function changes(before: JsonSchema, after: JsonSchema, path: string): readonly string[] {
  const keywords = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keywords].flatMap((keyword) => {
    if (silent.has(keyword)) return [];
    switch (keyword) {
      case 'properties':
        return changesOfProperties(before, after, path);
      case 'required':
        return changesOfRequired(before, after, path);
      case 'items':
        return changes(before.items ?? {}, after.items ?? {}, `${path}[]`);
      case 'oneOf':
      case 'anyOf':
        return changesOfUnion(before, after, path);
      default: {
        const [old, now] = [JSON.stringify(before[keyword]), JSON.stringify(after[keyword])];
        return old === now ? [] : [`${path}: ${keyword} was ${old ?? 'not set'} and is ${now ?? 'not set'}`];
      }
    }
  });
}

function changesOfProperties(before: JsonSchema, after: JsonSchema, path: string): readonly string[] {
  return Object.entries(before.properties ?? {}).flatMap(([name, old]) => {
    const now = after.properties?.[name];
    return now ? changes(old, now, `${path}.${name}`) : [`${path}.${name}: the field is gone`];
  });
}

function changesOfRequired(before: JsonSchema, after: JsonSchema, path: string): readonly string[] {
  const [olds, news] = [before.required ?? [], after.required ?? []];
  return [
    ...news
      .filter((name) => !olds.includes(name))
      .map((name) => `${path}.${name}: is required now, but stored events lack it`),
    ...olds
      .filter((name) => !news.includes(name) && after.properties?.[name])
      .map((name) => `${path}.${name}: may be missing now, but readers count on it`),
  ];
}
