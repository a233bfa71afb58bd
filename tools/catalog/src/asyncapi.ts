import { z } from 'zod';
import { type JsonSchema, variantsOf } from './json-schema.ts';
import { type CatalogTopic, catalogTopics } from './topics.ts';

export interface AsyncApiMessage {
  readonly name: string;
  readonly payload: JsonSchema;
  readonly [field: string]: unknown;
}

export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly channels: Readonly<Record<string, { readonly messages: Readonly<Record<string, unknown>> }>>;
  readonly components: { readonly messages: Readonly<Record<string, AsyncApiMessage>> };
  readonly [field: string]: unknown;
}

const kafkaBinding = '0.5.0';

/** The topics of the shop and their events as an AsyncAPI 3 document, with the bindings of Kafka. */
export function asyncApi(topics: readonly CatalogTopic[] = catalogTopics): AsyncApiDocument {
  const messages = topics.flatMap((topic) => messagesOf(topic).map((message) => ({ topic, message })));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Millrace shop',
      version: '1.0.0',
      description:
        'The topics by which the services of the shop meet, on Kafka, Redis Streams or the embedded log.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(topics.map((topic) => [topic.name, channel(topic)])),
    operations: Object.fromEntries(topics.flatMap(operations)),
    components: {
      messages: Object.fromEntries(messages.map(({ message }) => [message.name, message])),
    },
  };
}

function channel(topic: CatalogTopic) {
  const names = messagesOf(topic).map(({ name }) => name);
  return {
    address: topic.name,
    description: topic.about,
    messages: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
    bindings: { kafka: { topic: topic.name, partitions: 6, bindingVersion: kafkaBinding } },
  };
}

/** An event a message; variants of one event are one message whose payload is a union. */
function messagesOf({ schema, key }: CatalogTopic): readonly AsyncApiMessage[] {
  const { $schema: _, ...whole } = z.toJSONSchema(schema, { target: 'draft-7' }) as JsonSchema;
  const byType = Map.groupBy(variantsOf(whole), (variant) => String(variant.properties?.['type']?.const));
  return [...byType].map(([name, variants]) => ({
    name,
    contentType: 'application/json',
    headers,
    payload: variants.length === 1 && variants[0] ? variants[0] : { oneOf: variants },
    bindings: {
      kafka: {
        key: { type: 'string', description: `The event's ${key}.` },
        bindingVersion: kafkaBinding,
      },
    },
  }));
}

const headers = {
  type: 'object',
  properties: {
    id: { type: 'string', description: 'Names the event: two records with one id are one event.' },
    traceparent: { type: 'string', description: 'W3C Trace Context.' },
  },
};

function operations({ name, producers, readers }: CatalogTopic) {
  const to = { $ref: `#/channels/${name}` };
  const sends = producers.map((service) => [`${service}.sends.${name}`, { action: 'send', channel: to }]);
  const receives = readers.map((group) => [
    `${group}.receives.${name}`,
    {
      action: 'receive',
      channel: to,
      bindings: {
        kafka: { groupId: { type: 'string', enum: [group] }, bindingVersion: kafkaBinding },
      },
    },
  ]);
  return [...sends, ...receives];
}
