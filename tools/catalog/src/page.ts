import { asyncApi } from './asyncapi.ts';
import { type JsonSchema, variantsOf } from './json-schema.ts';
import { type CatalogTopic, catalogTopics } from './topics.ts';

/** The catalogue of events as a page of the documentation. */
export function eventsPage(): string {
  const { channels, components } = asyncApi();
  const sections = catalogTopics.map((topic) => {
    const names = Object.keys(channels[topic.name]?.messages ?? {});
    const events = names.map((name) => event(name, components.messages[name]?.payload ?? {}));
    return [heading(topic), ...events].join('\n\n');
  });
  return `${[introduction, ...sections].join('\n\n')}\n`;
}

const introduction = `# Events

Written by \`npm run catalog -- write\` from the schemas in \`libs/events\`; as AsyncAPI 3, with the bindings of Kafka: [asyncapi.json](asyncapi.json). [How events may change](../how-to/changing-events.md).

Values are JSON objects. Money is in integer pence, times are ISO 8601 in UTC. The headers hold the event's \`id\` and, where it is traced, its \`traceparent\`.`;

function heading({ name, about, key, producers, readers }: CatalogTopic): string {
  const list = (names: readonly string[]) => names.map((each) => `\`${each}\``).join(', ');
  return `## ${name}\n\n${about} Key: \`${key}\`. Written by ${list(producers)}, read by the groups ${list(readers)}.`;
}

function event(name: string, payload: JsonSchema): string {
  const variants = variantsOf(payload);
  const fields = new Map<string, JsonSchema>();
  for (const { properties = {} } of variants)
    for (const [field, schema] of Object.entries(properties))
      if (!fields.has(field)) fields.set(field, schema);
  const always = (field: string) => variants.every(({ required = [] }) => required.includes(field));
  const statuses = variants.flatMap(({ properties }) => properties?.['status']?.const ?? []);
  const rows = [...fields]
    .filter(([field]) => field !== 'type')
    .map(([field, schema]) => {
      const type = field === 'status' && statuses.length > 1 ? oneOf(statuses) : typeOf(schema);
      return `| \`${field}\` | ${type} | ${always(field) ? 'always' : 'where it applies'} |`;
    });
  return [`### ${name}`, '', '| field | type | present |', '|---|---|---|', ...rows].join('\n');
}

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return oneOf([schema.const]);
  if (Array.isArray(schema['enum'])) return oneOf(schema['enum']);
  if (schema.items) return `list of ${fieldsOf(schema.items)}`;
  if (schema.properties) return fieldsOf(schema);
  return schema['format'] === 'date-time' ? 'time' : String(schema.type);
}

function fieldsOf({ properties = {} }: JsonSchema): string {
  return `{ ${Object.keys(properties).join(', ')} }`;
}

function oneOf(values: readonly unknown[]): string {
  return values.map((value) => `\`${value}\``).join(', ');
}
