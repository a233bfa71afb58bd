import type { Notice } from '@millrace/streams';
import type { Announcements } from './announcements.ts';
import type { Catalog } from './catalog.ts';
import type { Client } from './client.ts';
import type { Groups } from './groups.ts';
import type { Waiters } from './waiters.ts';

/** What the parts of an open driver share. */
export interface Context {
  readonly client: Client;
  readonly catalog: Catalog;
  readonly groups: Groups;
  readonly waiters: Waiters;
  readonly announcements: Announcements;
  notify(notice: Notice): void;
}
