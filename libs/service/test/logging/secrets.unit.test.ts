import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger, maskSecrets } from '../../src/index.ts';

describe('secrets in a log', () => {
  it.each([
    ['redis://user:hunter2@host:1/0', 'redis://user:***@host:1/0'],
    ['redis://:hun@ter2@host', 'redis://:***@host'],
    ['kafka+ssl://u:hunter2@a:1,b:2', 'kafka+ssl://u:***@a:1,b:2'],
    ['{"password":"hunter2"}', '{"password":"***"}'],
    ['{"a":"{\\"cvv\\":\\"123\\"}"}', '{"a":"{\\"cvv\\":\\"***\\"}"}'],
    ['{"cvv":123,"x":1}', '{"cvv":"***","x":1}'],
    ['{"authorization":"Bearer abc.def"}', '{"authorization":"***"}'],
    ['CARD_KEY=4f5Q/x+Y=, PORT=1', 'CARD_KEY=***, PORT=1'],
    ['GET /?token=abc&x=1', 'GET /?token=***&x=1'],
    ['card 4242 4242 4242 4242.', 'card card ending 4242.'],
    ['{"number":4242424242424242}', '{"number":"card ending 4242"}'],
  ])('%s', (text, masked) => {
    expect(maskSecrets(text)).toBe(masked);
  });

  it.each(['payment-events:0:1700000000000-0', '2026-01-02T03:04:05.678Z', '1700000000000', 'order-123456'])(
    'leaves %s alone',
    (text) => {
      expect(maskSecrets(text)).toBe(text);
    },
  );

  it('keeps every line JSON and no card in it, wherever it stands', () => {
    const card = fc.constantFrom(
      '4242424242424242',
      '378282246310005',
      '5555555555554444',
      '4242424242424241',
    );
    const wrap = fc.constantFrom(
      (number: string) => ({ number }),
      (number: string) => ({ deep: [{ number: Number(number) }] }),
      (number: string) => ({ err: new Error(`refused ${number}`) }),
      (number: string) => ({ record: JSON.stringify({ card: { number, cvv: '123' } }) }),
    );
    fc.assert(
      fc.property(card, wrap, (number, shape) => {
        const lines: string[] = [];
        const log = createLogger({
          service: 'test',
          level: 'info',
          format: 'json',
          destination: { write: (line) => void lines.push(line) },
        });
        log.info(shape(number), `message about ${number}`);
        expect(lines.join()).not.toContain(number);
        expect(JSON.parse(lines[0] ?? '')).toMatchObject({ service: 'test', level: 'info' });
      }),
    );
  });
});
