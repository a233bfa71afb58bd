import { StreamsError } from '@millrace/streams';
import { pino } from 'pino';
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

  it('says each reason once, without a stack, and keeps it for readiness', async () => {
    const lines: string[] = [];
    const problems: (string | undefined)[] = [];
    const loud = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    const away = new StreamsError('UNAVAILABLE', 'redis://shop:secret@host is away');
    await retryWithLog(failing(3, away), {
      ...options,
      log: loud,
      onProblem: (problem) => problems.push(problem),
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('could not reach the backend; trying again until it works');
    expect(lines[0]).not.toMatch(/secret|stack/);
    expect(problems).toEqual([...Array(3).fill('redis://shop:***@host is away'), undefined]);
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
