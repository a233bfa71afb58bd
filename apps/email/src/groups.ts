import { emails } from '@millrace/events';
import type { ServiceContext } from '@millrace/service';
import { openPartitionTimers } from '@millrace/service/delays';
import { exponential, on, type RunOptions } from '@millrace/streams';
import type { Mail } from './adapters/open-mail.ts';
import type { EmailConfig } from './config.ts';
import { emailSender, sendingHandler } from './handlers/emails.ts';
import { holdingHandler, retryHandler } from './handlers/held-emails.ts';
import { dueHandler, waitHandler } from './handlers/waiting-orders.ts';
import { emailAlarms, emailHolds, emailRetries, heldOrders, waitingOrders } from './held-mail.ts';

const retry = { attempts: 8, delay: exponential(500, 60_000) };

/** For a mailer that refuses nothing for now: no state, so that a replay costs little. */
export function plainGroups({ config }: ServiceContext<EmailConfig>, mail: Mail): readonly RunOptions[] {
  return [
    {
      group: 'email',
      mode: config.EMAIL_MODE,
      delivery: 'at-least-once',
      routes: [on(emails, sendingHandler(emailSender(mail.mailer, config.MAIL_DOMAIN)))],
      concurrency: mail.concurrency,
      retry,
    },
  ];
}

/**
 * `email` sends. An order whose e-mail is refused for now waits in its state; `email-waits` keeps when which order is due,
 * and tells `email`, in the order's own queue. So a recipient's trouble holds up that order alone, for days if need be,
 * and what waits lies in the streams, not in memory.
 */
export function holdingGroups(context: ServiceContext<EmailConfig>, mail: Mail): readonly RunOptions[] {
  const { config, log } = context;
  const timers = openPartitionTimers(context, emailAlarms);
  const send = emailSender(mail.mailer, config.MAIL_DOMAIN);
  const settings = { firstPauseMs: config.MAIL_RETRY_MS, giveUpMs: config.MAIL_GIVE_UP_MS };
  const options = { send, settings, log };
  return [
    {
      group: 'email',
      mode: 'partitioned',
      delivery: 'exactly-once',
      routes: [on(emails, holdingHandler(options)), on(emailRetries, retryHandler(options))],
      stores: [heldOrders],
      concurrency: mail.concurrency,
      retry,
    },
    {
      group: 'email-waits',
      mode: 'partitioned',
      delivery: 'exactly-once',
      routes: [on(emailHolds, waitHandler(timers)), on(emailAlarms.topic, dueHandler(timers))],
      stores: waitingOrders.stores,
      observer: timers.observer(),
    },
  ];
}
