import type { EmailRequested } from '@millrace/events';
import type { Handler } from '@millrace/streams';
import { compose } from '../adapters/compose.ts';
import type { Mailer } from '../adapters/mailer.ts';
import { render } from '../domain/render.ts';

export type SendEmail = (email: EmailRequested) => void | Promise<void>;

export function emailSender(mailer: Mailer, domain: string): SendEmail {
  return (email) => mailer.send(compose(render(email, domain), domain));
}

/** For a mailer that refuses nothing. */
export function sendingHandler(send: SendEmail): Handler<EmailRequested> {
  return ({ value: email }) => send(email);
}
