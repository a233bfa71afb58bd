import { allTopics } from '@millrace/events';
import { type Service, service } from '@millrace/service';
import { openMail } from './adapters/open-mail.ts';
import { type EmailConfig, emailVariables } from './config.ts';
import { holdingGroups, plainGroups } from './groups.ts';
import { heldMailTopics } from './held-mail.ts';
import { addMailboxRoutes } from './routes/mailbox.ts';

/**
 * Writes and sends the shop's e-mails, those of one order in order unless EMAIL_MODE is `competing`. A crash between
 * sending and acknowledging sends one again, with the Message-ID of the first. What is refused for now waits for days,
 * without keeping up other orders.
 */
export const email: Service<EmailConfig> = service({
  name: 'email',
  port: 4005,
  variables: emailVariables,
  topics: [...allTopics, ...heldMailTopics],
  define: async (context) => {
    const { config, log, tracing, resources } = context;
    const mail = await openMail(config, { log, tracing, resources });
    return {
      groups: refusesNothing(config) ? plainGroups(context, mail) : holdingGroups(context, mail),
      readinessProblem: () => mail.problem?.(),
      routes: (server) => {
        if (mail.mailbox) addMailboxRoutes(server, mail.mailbox);
      },
    };
  },
});

/** The catcher refuses nothing either; it is held like a server unless order is given up. */
function refusesNothing({ MAIL, EMAIL_MODE }: EmailConfig): boolean {
  return MAIL === 'render' || EMAIL_MODE === 'competing';
}
