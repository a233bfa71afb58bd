import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Panel } from '../../ui/data-table.tsx';
import { Toggle } from '../../ui/fields.tsx';
import { Message } from '../../ui/message.tsx';
import { Problem } from '../../ui/states.tsx';
import { type Asked, filterOf, nothingAsked } from './asked.ts';
import { SearchForm } from './search-form.tsx';
import { followSummary, searchSummary } from './summaries.ts';
import { useFollow } from './use-follow.ts';
import { useSearch } from './use-search.ts';

export interface MessageBrowserProps {
  readonly topic: string;
  readonly partitions: number;
  readonly query: URLSearchParams;
}

/** Looks for messages by time, position, key, header and JSON path; says how far it looked; follows what comes. */
export function MessageBrowser({ topic, partitions, query }: MessageBrowserProps): VNode {
  const [asked, setAsked] = useState<Asked>({
    ...nothingAsked,
    key: query.get('key') ?? '',
    where: query.get('where') ?? '',
  });
  const [following, setFollowing] = useState(false);
  const search = useSearch(topic);
  const { messages, skipped, problem } = useFollow(
    following ? `api/topics/${encodeURIComponent(topic)}/follow?${filterOf(asked)}` : null,
  );
  const change = (part: Partial<Asked>): void => setAsked((before) => ({ ...before, ...part }));
  useEffect(() => search.start(asked), []);
  const shown = following ? messages : search.messages;
  return (
    <Panel title="Messages" aside={<Toggle label="Follow live" on={following} onToggle={setFollowing} />}>
      <SearchForm
        asked={asked}
        partitions={partitions}
        change={change}
        search={() => {
          setFollowing(false);
          search.start(asked);
        }}
      />
      {search.problem === null ? null : <Problem says={search.problem} />}
      {problem === null ? null : <Problem says={problem} />}
      <p class="small summary" role="status">
        {following ? followSummary(messages.length, skipped) : searchSummary(search)}
      </p>
      <div class="messages">
        {shown.map((message) => (
          <Message key={`${message.partition}:${message.offset}`} message={message} reveal={asked.reveal} />
        ))}
      </div>
      {!following && search.result?.cursor && search.result.ended !== 'end' ? (
        <p class="body">
          <button type="button" disabled={search.busy} onClick={() => search.goOn(asked)}>
            Look further
          </button>
        </p>
      ) : null}
    </Panel>
  );
}
