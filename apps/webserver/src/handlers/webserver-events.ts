import { pageViews, type WebserverEvent } from '@millrace/events';
import { type Context, type Message, Rejected } from '@millrace/streams';
import { viewPage } from '../domain/view-page.ts';

export function handleRequestLogged({ value: event }: Message<WebserverEvent>, context: Context): void {
  const view = viewPage(event);
  switch (view.outcome) {
    case 'viewed':
      context.send(pageViews, view.page);
      return;
    case 'malformed':
      throw new Rejected(view.reason);
    default:
      view satisfies never;
  }
}
