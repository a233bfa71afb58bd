import { parsePosition } from '@millrace/streams';
import { z } from 'zod';
import type { MessageView } from '../api/messages.ts';
import type { Content } from './content.ts';

const mask = '•••';
const deadLetterOrigin = 'dead-letter-origin';

/** Fields that a topic's schema marks as personal are shown as `•••`; so is a key that holds one of them. */
export class Masks {
  readonly #paths: ReadonlyMap<string, readonly string[]>;

  constructor(topics: readonly { readonly name: string; readonly schema: unknown }[]) {
    this.#paths = new Map(topics.map(({ name, schema }) => [name, personalPaths(schema)]));
  }

  /** Paths of the personal fields of a topic, such as `payerId`. */
  of(topic: string): readonly string[] {
    return this.#paths.get(topic) ?? [];
  }

  view(content: Content, reveal: boolean): MessageView {
    const paths = reveal ? [] : this.of(topicOf(content));
    if (paths.length === 0) return { ...content, masked: [] };
    const personal = new Set<string>();
    const masked: string[] = [];
    let value = content.value;
    if (content.form === 'tombstone') value = null;
    else if (content.form !== 'json') {
      value = mask;
      masked.push('value');
    } else {
      for (const path of paths) {
        const found = textAt(value, path.split('.'));
        if (found === undefined) continue;
        personal.add(found);
        masked.push(path);
        value = maskedAt(value, path.split('.'));
      }
    }
    const { key } = content;
    const isPersonal = key !== null && (personal.has(key) || content.form !== 'json');
    if (isPersonal) masked.push('key');
    return { ...content, value, key: isPersonal ? mask : key, masked };
  }
}

/** A dead letter holds what its origin holds. */
function topicOf({ topic, headers }: Content): string {
  return parsePosition(headers[deadLetterOrigin] ?? '')?.topic ?? topic;
}

function textAt(value: unknown, [step, ...rest]: readonly string[]): string | undefined {
  if (step === undefined) return typeof value === 'string' ? value : JSON.stringify(value);
  if (!isObject(value) || !Object.hasOwn(value, step)) return undefined;
  return textAt(value[step], rest);
}

function maskedAt(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return mask;
  return isObject(value) ? { ...value, [step]: maskedAt(value[step], rest) } : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function personalPaths(schema: unknown): readonly string[] {
  if (!(schema instanceof z.ZodType)) return [];
  const paths = new Set<string>();
  collect(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }), '', paths);
  return [...paths];
}

function collect(schema: unknown, path: string, into: Set<string>): void {
  if (!isObject(schema)) return;
  if (schema['personal'] === true) {
    into.add(path);
    return;
  }
  for (const options of [schema['anyOf'], schema['oneOf']]) {
    if (Array.isArray(options)) for (const option of options) collect(option, path, into);
  }
  if (!isObject(schema['properties'])) return;
  for (const [name, property] of Object.entries(schema['properties']))
    collect(property, path === '' ? name : `${path}.${name}`, into);
}
