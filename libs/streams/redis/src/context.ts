import type { Notice } from '@millrace/streams';
import type { Client } from './client/client.ts';
import type { GroupChangeChannel } from './client/group-change-channel.ts';
import type { StreamWatchers } from './client/stream-watchers.ts';
import type { ForeignStreamSearch } from './registry/foreign-streams.ts';
import type { GroupRegistry } from './registry/groups.ts';
import type { TopicRegistry } from './registry/topics.ts';

/** What the parts of an open driver share. */
export interface DriverContext {
  readonly client: Client;
  readonly topics: TopicRegistry;
  readonly groups: GroupRegistry;
  readonly foreign: ForeignStreamSearch;
  readonly watchers: StreamWatchers;
  readonly groupChanges: GroupChangeChannel;
  notify(notice: Notice): void;
}
