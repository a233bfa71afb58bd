import { describe, expect, it } from 'vitest';
import { isTransient, translate } from '../src/client/errors.ts';
import { KafkaError } from '../src/client/kafka-error.ts';

const invalidReplicationFactor = 38;

describe('an error of a broker', () => {
  it.each([
    [
      'the topic orders was not created (Unable to replicate the partition 1 time(s): All brokers are currently fenced.)',
      { transient: true, code: 'UNAVAILABLE' },
    ],
    [
      'the topic orders was not created (Replication factor must be larger than 0.)',
      { transient: false, code: 'INVALID_ARGUMENT' },
    ],
  ])('is worth another try when it may pass: %s', (doing, { transient, code }) => {
    const error = new KafkaError(invalidReplicationFactor, doing);
    expect(isTransient(error)).toBe(transient);
    expect(translate(error, 'topics could not be created')).toMatchObject({ code });
  });
});
