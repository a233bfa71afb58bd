import type { HttpServer } from '@millrace/service';
import { z } from 'zod';
import type { CaughtEmail, Mailbox } from '../adapters/mailbox.ts';

const querystring = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) });

/** `GET /mailbox` for people, `GET /api/mailbox` for programs: the newest caught e-mails first. */
export function addMailboxRoutes(server: HttpServer, mailbox: Mailbox): void {
  server.get('/mailbox', { schema: { querystring } }, (request, reply) => {
    const emails = mailbox.emails();
    return reply
      .type('text/html; charset=utf-8')
      .send(page(emails.slice(0, request.query.limit), emails.length));
  });
  server.get('/api/mailbox', { schema: { querystring } }, (request) => ({
    emails: mailbox.emails().slice(0, request.query.limit),
  }));
}

function page(emails: readonly CaughtEmail[], total: number): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Mailbox</title>
<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:50rem;padding:0 1rem}summary{cursor:pointer}
pre{white-space:pre-wrap;background:#f4f4f4;padding:1rem}small{color:#555}</style>
<h1>Mailbox</h1>
<p>The newest ${emails.length} of ${total} caught e-mails. None of them left this machine.</p>
${emails.map(entry).join('\n')}
</html>`;
}

function entry(email: CaughtEmail): string {
  const copies = email.copies > 1 ? ` · arrived ${email.copies} times` : '';
  return `<details><summary>${escapeHtml(email.subject)} <small>to ${escapeHtml(email.to)}, ${escapeHtml(email.caughtAt)}${copies}</small></summary>
<pre>${escapeHtml(email.text)}</pre><small>${escapeHtml(email.messageId)}</small></details>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
