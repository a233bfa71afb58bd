import { integer, oneOf, optionalUrl } from '@millrace/service';
import { z } from 'zod';

export interface EmailConfig {
  /**
   * `smtp` hands e-mails to the server at SMTP_URL; `catcher` to a server inside this service, which shows them at
   * `/mailbox` and lets none out; `render` writes them completely and throws them away, for replays of real history.
   */
  readonly MAIL: 'smtp' | 'catcher' | 'render';
  readonly SMTP_URL: string | undefined;
  /**
   * `partitioned` sends the e-mails of one order in order, by as many members as there are partitions at most. With
   * `competing` any member takes the next e-mail, in no order. An SMTP server needs `partitioned`: what it refuses for now
   * waits in a store by order, which competing groups lack.
   */
  readonly EMAIL_MODE: 'partitioned' | 'competing';
  /** Where the shop writes from, and where customers live who have no address of their own. */
  readonly MAIL_DOMAIN: string;
  /** The e-mails that the catcher keeps, the oldest go first. */
  readonly MAILBOX_SIZE: number;
  /**
   * The pause after the first temporary refusal of a recipient; it doubles with each further one, up to 64 times as long.
   * Also the longest pause between two attempts to use a server that is away.
   */
  readonly MAIL_RETRY_MS: number;
  /** How long a recipient may be refused for now before its e-mails become dead letters. */
  readonly MAIL_GIVE_UP_MS: number;
}

const day = 24 * 3_600_000;

const raw = z.object({
  MAIL: oneOf(['auto', 'smtp', 'catcher', 'render'], 'auto'),
  SMTP_URL: optionalUrl(['smtp:', 'smtps:'], 'smtp://user:password@localhost:587'),
  EMAIL_MODE: oneOf(['partitioned', 'competing'], 'partitioned'),
  MAIL_DOMAIN: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, 'must be a domain (default millrace.example)')
    .default('millrace.example'),
  MAILBOX_SIZE: integer({ default: 1_000, min: 1, max: 100_000 }),
  MAIL_RETRY_MS: integer({ default: 60_000, min: 10, max: day }),
  MAIL_GIVE_UP_MS: integer({ default: 5 * day, min: 0, max: 30 * day }),
});

/** Without MAIL: `smtp` where there is an SMTP_URL, otherwise `catcher`. */
export const emailVariables: z.ZodType<EmailConfig> = raw.transform((values, context) => {
  if (values.MAIL === 'smtp' && values.SMTP_URL === undefined) {
    context.addIssue({
      code: 'custom',
      path: ['SMTP_URL'],
      message: 'must name a server, such as smtp://localhost:587, because MAIL is smtp',
    });
  }
  const MAIL = values.MAIL === 'auto' ? automatic(values.SMTP_URL) : values.MAIL;
  if (values.EMAIL_MODE === 'competing' && MAIL === 'smtp') {
    context.addIssue({
      code: 'custom',
      path: ['EMAIL_MODE'],
      message:
        'must be partitioned for an SMTP server, because what it refuses for now waits in a store by order; competing works with MAIL=catcher and MAIL=render',
    });
  }
  return { ...values, MAIL };
});

function automatic(smtpUrl: string | undefined): 'smtp' | 'catcher' {
  return smtpUrl === undefined ? 'catcher' : 'smtp';
}
