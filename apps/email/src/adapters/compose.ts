import { encodeWords, foldLines } from 'nodemailer/lib/mime-funcs';
import { encode, wrap } from 'nodemailer/lib/qp';
import type { Mail } from '../domain/render.ts';
import { deliverable } from './deliverable.ts';
import type { Email } from './mailer.ts';

const longestLine = 76;
const longestWord = 52;

/** The e-mail as it is sent. A plain text has no parts to stream, so nodemailer's encoders are enough, and much faster. */
export function compose(mail: Mail, domain: string): Email {
  const from = `shop@${domain}`;
  const to = deliverable(mail.to);
  const headers = [
    header('From', `Millrace <${from}>`),
    header('To', to),
    header('Subject', encodeWords(oneLine(mail.subject), 'Q', longestWord)),
    header('Message-ID', mail.messageId),
    header('Date', new Date(mail.date).toUTCString().replace('GMT', '+0000')),
    header('MIME-Version', '1.0'),
    header('Content-Type', 'text/plain; charset=utf-8'),
    header('Content-Transfer-Encoding', 'quoted-printable'),
  ];
  const text = wrap(encode(mail.text.replace(/\r?\n/g, '\r\n')));
  return { id: mail.messageId, from, to, source: `${headers.join('\r\n')}\r\n\r\n${text}` };
}

function header(name: string, value: string): string {
  return foldLines(`${name}: ${value}`, longestLine);
}

/** A line break in a name must not begin a header of its own. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
