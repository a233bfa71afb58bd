import { readFileSync } from 'node:fs';
import * as semantic from '@opentelemetry/semantic-conventions/incubating';
import { describe, expect, it } from 'vitest';
import { attributeNames, conventions } from '../src/attribute-names.ts';
import { sourceText } from './source-text.ts';

describe('the registry of attributes', () => {
  it('has no two of one name', () => {
    const names = Object.values(attributeNames);
    expect(new Set(names).size).toBe(names.length);
  });

  it('takes the names of the semantic conventions, of the version that it says', () => {
    expect(attributeNames).toEqual({
      system: semantic.ATTR_MESSAGING_SYSTEM_NAME,
      operationName: semantic.ATTR_MESSAGING_OPERATION_NAME,
      operationType: semantic.ATTR_MESSAGING_OPERATION_TYPE,
      destination: semantic.ATTR_MESSAGING_DESTINATION_NAME,
      partition: semantic.ATTR_MESSAGING_DESTINATION_PARTITION_ID,
      group: semantic.ATTR_MESSAGING_CONSUMER_GROUP_NAME,
      messageId: semantic.ATTR_MESSAGING_MESSAGE_ID,
      batchSize: semantic.ATTR_MESSAGING_BATCH_MESSAGE_COUNT,
      kafkaOffset: semantic.ATTR_KAFKA_OFFSET,
      kafkaTombstone: semantic.ATTR_KAFKA_MESSAGE_TOMBSTONE,
      errorType: semantic.ATTR_ERROR_TYPE,
      requestMethod: semantic.ATTR_HTTP_REQUEST_METHOD,
      route: semantic.ATTR_HTTP_ROUTE,
      responseStatus: semantic.ATTR_HTTP_RESPONSE_STATUS_CODE,
      databaseSystem: semantic.ATTR_DB_SYSTEM_NAME,
      databaseOperation: semantic.ATTR_DB_OPERATION_NAME,
      protocol: semantic.ATTR_NETWORK_PROTOCOL_NAME,
      // What the conventions have no name for.
      offset: 'millrace.message.offset',
      attempt: 'millrace.message.attempt',
      deadLetterCode: 'millrace.dead_letter.code',
      linkReason: 'millrace.link.reason',
    });
    const { devDependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    expect(devDependencies['@opentelemetry/semantic-conventions']).toBe(conventions);
  });

  it('has none that no span has', () => {
    const source = sourceText();
    const unused = Object.keys(attributeNames).filter(
      (name) => !new RegExp(`\\b${name}\\b[,:]? ?`).test(source),
    );
    expect(unused).toEqual([]);
  });

  it('is where every name stands: no other file spells one', () => {
    const prefixes = Object.values(attributeNames).map((name) => name.slice(0, name.lastIndexOf('.')));
    const spelled = new RegExp(`['"\`](${[...new Set(prefixes)].join('|')})\\.[a-z_]+['"\`]`, 'g');
    expect(sourceText().match(spelled) ?? []).toEqual([]);
  });
});
