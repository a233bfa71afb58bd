import { allTopics, emails } from '@millrace/events';
import { type Service, service } from '@millrace/service';
import { exponential, on } from '@millrace/streams';
import { openMail } from './adapters/open-mail.ts';
import { type EmailConfig, emailVariables } from './config.ts';
import { mailSender } from './handlers/emails.ts';
import { addMailboxRoutes } from './routes/mailbox.ts';

/**
 * Writes and sends the shop's e-mails, those of one order in order. A crash between sending and acknowledging sends one
 * again, with the Message-ID of the first.
 */
export const email: Service<EmailConfig> = service({
  name: 'email',
  port: 4005,
  variables: emailVariables,
  topics: allTopics,
  define: async ({ config, log, tracing, resources }) => {
    const { mailer, mailbox, concurrency } = await openMail(config, { log, tracing, resources });
    return {
      groups: [
        {
          group: 'email',
          mode: 'partitioned',
          delivery: 'at-least-once',
          routes: [on(emails, mailSender(mailer, config.MAIL_DOMAIN))],
          concurrency,
          retry: { attempts: 8, delay: exponential(500, 60_000) },
        },
      ],
      routes: (server) => {
        if (mailbox) addMailboxRoutes(server, mailbox);
      },
    };
  },
});
