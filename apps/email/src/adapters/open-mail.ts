import type { Logger, Tracing } from '@millrace/service';
import type { EmailConfig } from '../config.ts';
import { Mailbox } from './mailbox.ts';
import type { Mailer } from './mailer.ts';
import { RenderMailer } from './render-mailer.ts';

export interface Mail {
  readonly mailer: Mailer;
  /** Only where e-mails are caught. */
  readonly mailbox?: Mailbox;
  /** Why no e-mail can be sent at the moment; undefined when they can. */
  readonly problem?: () => string | undefined;
  /** E-mails of different orders at the same time, per partition. */
  readonly concurrency: number;
}

export interface MailSurroundings {
  readonly log: Logger;
  readonly tracing: Tracing;
  readonly resources: AsyncDisposableStack;
}

/** What MAIL asks for. SMTP is loaded only where it is spoken. */
export async function openMail(config: EmailConfig, surroundings: MailSurroundings): Promise<Mail> {
  const { log, resources } = surroundings;
  switch (config.MAIL) {
    case 'render':
      log.info('e-mails are written and thrown away');
      return { mailer: new RenderMailer(), concurrency: 1 };
    case 'catcher': {
      const { startMailCatcher } = await import('./mail-catcher.ts');
      const mailbox = new Mailbox(config.MAILBOX_SIZE);
      const catcher = resources.use(await startMailCatcher(mailbox));
      log.info('e-mails are caught, see /mailbox');
      return { ...(await overSmtp(catcher.url, config, surroundings)), mailbox };
    }
    case 'smtp':
      return overSmtp(config.SMTP_URL ?? '', config, surroundings);
    default:
      return config.MAIL satisfies never;
  }
}

async function overSmtp(url: string, config: EmailConfig, surroundings: MailSurroundings): Promise<Mail> {
  const { tracing, resources } = surroundings;
  const { SmtpMailer, smtpConnections } = await import('./smtp-mailer.ts');
  const mailer = resources.use(new SmtpMailer({ url, tracing, longestPauseMs: config.MAIL_RETRY_MS }));
  return { mailer, problem: () => mailer.problem(), concurrency: smtpConnections };
}
