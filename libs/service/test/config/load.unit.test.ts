import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, integer, loadConfig, oneOf, optionalUrl } from '../../src/index.ts';

const own = z.object({
  DELIVERY_DELAY_MS: integer({ default: 3000, min: 0, max: 10_000 }),
  MAIL: oneOf(['smtp', 'catcher'], 'catcher'),
  SMTP_URL: optionalUrl(['smtp:'], 'smtp://localhost:25'),
});
const load = (environment: Record<string, string>) =>
  loadConfig(environment, { service: 'shipping', port: 4004, own, root: '/shop' });

describe('configuration', () => {
  it('has a default for every variable', () => {
    expect(load({})).toMatchObject({
      STREAMS_URL: 'embedded:/shop/.data/streams.db',
      DATA_DIR: '/shop/.data',
      PARTITIONS: 6,
      HOST: '127.0.0.1',
      PORT: 4004,
      DELIVERY_DELAY_MS: 3000,
      MAIL: 'catcher',
    });
  });

  it('resolves relative paths against the root, and the streams file follows the data folder', () => {
    expect(load({ DATA_DIR: 'runs/a' }).STREAMS_URL).toBe('embedded:/shop/runs/a/streams.db');
    expect(load({ STREAMS_URL: 'embedded:./x.db' }).STREAMS_URL).toBe('embedded:/shop/x.db');
    expect(load({ STREAMS_URL: 'embedded:///tmp/x.db' }).STREAMS_URL).toBe('embedded:/tmp/x.db');
    expect(load({ STREAMS_URL: 'redis://a:1' }).STREAMS_URL).toBe('redis://a:1');
  });

  it('counts an empty variable as unset', () => {
    expect(load({ PORT: '', NAMESPACE: '' })).toMatchObject({ PORT: 4004 });
  });

  it('names every wrong variable at once, with its value and what to do', () => {
    const error = failure({
      PARTITIONS: 'six',
      PORT: '70000',
      LOG_LEVEL: 'loud',
      DELIVERY_DELAY_MS: '-1',
      MAIL: 'pigeon',
    });
    expect(error.message.split('\n')).toEqual([
      'shipping cannot start: 5 environment variables are wrong',
      '  PARTITIONS="six": must be a whole number from 1 to 1024 (default 6)',
      '  PORT="70000": must be a whole number from 0 to 65535 (default 4004)',
      '  LOG_LEVEL="loud": must be one of trace, debug, info, warn, error, fatal, silent (default info)',
      '  DELIVERY_DELAY_MS="-1": must be a whole number from 0 to 10000 (default 3000)',
      '  MAIL="pigeon": must be one of smtp, catcher (default catcher)',
    ]);
  });

  it('never shows a password', () => {
    const error = failure({
      STREAMS_URL: 'rabbit://user:hunter2@host',
      SMTP_URL: 'http://user:hunter2@host',
    });
    expect(error.message).not.toContain('hunter2');
    expect(error.message).toContain('rabbit://user:***@host');
    expect(error.message).toContain('use one of embedded: redis:');
  });
});

function failure(environment: Record<string, string>): ConfigError {
  try {
    load(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error('the configuration was accepted');
}
