import type { EmailRequested } from '@millrace/events';
import type { Handler } from '@millrace/streams';
import { compose } from '../adapters/compose.ts';
import type { Mailer } from '../adapters/mailer.ts';
import { render } from '../domain/render.ts';

export function mailSender(mailer: Mailer, domain: string): Handler<EmailRequested> {
  return ({ value: email }) => mailer.send(compose(render(email, domain), domain));
}
