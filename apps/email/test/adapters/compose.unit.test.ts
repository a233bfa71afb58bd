import fc from 'fast-check';
import { createTransport } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import { compose } from '../../src/adapters/compose.ts';
import { parseEmail } from '../../src/adapters/parse-email.ts';
import type { Mail } from '../../src/domain/render.ts';

const mail: Mail = {
  messageId: '<payment_refunded.R1@millrace.example>',
  to: '17850@millrace.example',
  subject: 'We refunded £5.00',
  text: 'Hello,\n\nWe sent £5.00 back to your card for order 536365 (refund R1), which took us no longer than it should.\n',
  date: '2010-12-01T08:26:00.000Z',
};

describe('a composed letter', () => {
  it('says what nodemailer would have said', async () => {
    const nodemailer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
    const { message } = await nodemailer.sendMail({
      ...mail,
      from: 'Millrace <shop@millrace.example>',
      date: new Date(mail.date),
    });
    const { source } = compose(mail, 'millrace.example');
    expect(await parseEmail(source)).toEqual(await parseEmail(String(message)));
    expect(headersOf(source)).toEqual(headersOf(String(message)));
  });

  it('brings any text through in lines that every server takes', async () => {
    const text = fc.string({ unit: 'grapheme' });
    await fc.assert(
      fc.asyncProperty(text, text, async (subject, body) => {
        const { source } = compose(
          { ...mail, subject: `x${subject}x`, text: `x${body}x` },
          'millrace.example',
        );
        expect(source).toMatch(/^[\t\r\n -~]*$/);
        for (const line of source.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78);
        expect((await parseEmail(source)).text).toBe(`x${body}x\n`.replaceAll('\r\n', '\n'));
      }),
    );
  });

  it('lets no name begin a header of its own', async () => {
    const { source } = compose(
      { ...mail, subject: 'order 1\r\nBcc: everybody@example.org' },
      'millrace.example',
    );
    expect(source).not.toMatch(/^Bcc:/im);
    expect((await parseEmail(source)).subject).toBe('order 1 Bcc: everybody@example.org');
  });
});

function headersOf(source: string): readonly string[] {
  return source.slice(0, source.indexOf('\r\n\r\n')).split('\r\n').filter(isNoSubject).toSorted();
}

/** It says the same, but may encode more or less of it. */
function isNoSubject(line: string): boolean {
  return !line.startsWith('Subject:');
}
