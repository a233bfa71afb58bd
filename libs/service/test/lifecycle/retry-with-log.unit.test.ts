import { StreamsError } from '@millrace/streams';
import { describe, expect, it } from 'vitest';
import { createLogger, retryWithLog } from '../../src/index.ts';

const log = createLogger({ service: 'test', level: 'silent', format: 'json' });
const options = { what: 'reach the backend', log, signal: new AbortController().signal };

function failing(times: number, error: Error): () => Promise<string> {
  let calls = 0;
  return async () => {
    calls++;
    if (calls <= times) throw error;
    return `call ${calls}`;
  };
}

describe('retryWithLog', () => {
  it('repeats what may work later', async () => {
    const away = new StreamsError('UNAVAILABLE', 'redis is away');
    expect(await retryWithLog(failing(2, away), options)).toBe('call 3');
    expect(await retryWithLog(failing(1, new Error('ECONNREFUSED')), options)).toBe('call 2');
  });

  it('does not repeat what never will', async () => {
    const corrupt = new StreamsError('STORAGE_CORRUPT', 'the file is damaged');
    await expect(retryWithLog(failing(1, corrupt), options)).rejects.toBe(corrupt);
  });

  it('ends when the service stops', async () => {
    const stopping = new AbortController();
    const trying = retryWithLog(failing(Number.POSITIVE_INFINITY, new Error('away')), {
      ...options,
      signal: stopping.signal,
    });
    stopping.abort();
    await expect(trying).rejects.toMatchObject({ name: 'AbortError' });
  });
});
