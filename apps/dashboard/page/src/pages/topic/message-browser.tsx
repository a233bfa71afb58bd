import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { MessageView, SearchResult } from '../../../../src/api/messages.ts';
import { getJson, messageOf } from '../../api/client.ts';
import { Panel } from '../../ui/data-table.tsx';
import { ChoiceField, TextField, Toggle } from '../../ui/fields.tsx';
import { Message } from '../../ui/message.tsx';
import { Problem } from '../../ui/states.tsx';
import { useFollow } from './use-follow.ts';

type FromKind = 'newest' | 'earliest' | 'time' | 'position';

interface Asked {
  readonly from: FromKind;
  readonly time: string;
  readonly position: string;
  readonly partition: string;
  readonly key: string;
  readonly header: string;
  readonly where: string;
  readonly reveal: boolean;
}

const nothing: Asked = {
  from: 'newest',
  time: '',
  position: '',
  partition: '',
  key: '',
  header: '',
  where: '',
  reveal: false,
};

export interface MessageBrowserProps {
  readonly topic: string;
  readonly partitions: number;
  readonly query: URLSearchParams;
}

/** Looks for messages by time, position, key, header and JSON path; says how far it looked; follows what comes. */
export function MessageBrowser({ topic, partitions, query }: MessageBrowserProps): VNode {
  const [asked, setAsked] = useState<Asked>({
    ...nothing,
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
      <form
        class="body fields"
        onSubmit={(event) => {
          event.preventDefault();
          setFollowing(false);
          search.start(asked);
        }}
      >
        <ChoiceField
          label="From"
          value={asked.from}
          choices={[
            ['newest', 'the newest'],
            ['earliest', 'the oldest'],
            ['time', 'a time'],
            ['position', 'a position'],
          ]}
          onValue={(from) => change({ from })}
        />
        {asked.from === 'time' ? (
          <TextField
            label="Time"
            type="datetime-local"
            value={asked.time}
            onValue={(time) => change({ time })}
          />
        ) : null}
        {asked.from === 'position' ? (
          <TextField
            label="After partition:offset"
            value={asked.position}
            placeholder="0:41"
            onValue={(position) => change({ position })}
          />
        ) : null}
        <ChoiceField
          label="Partition"
          value={asked.partition}
          choices={[
            ['', 'all'] as const,
            ...Array.from(
              { length: partitions },
              (_, partition) => [String(partition), String(partition)] as const,
            ),
          ]}
          onValue={(partition) => change({ partition })}
        />
        <TextField label="Key" value={asked.key} placeholder="O-1234" onValue={(key) => change({ key })} />
        <TextField
          label="Header"
          value={asked.header}
          placeholder="id~Captured"
          onValue={(header) => change({ header })}
        />
        <TextField
          label="JSON path"
          value={asked.where}
          placeholder="pence>1000"
          onValue={(where) => change({ where })}
        />
        <Toggle label="Show personal fields" on={asked.reveal} onToggle={(reveal) => change({ reveal })} />
        <button type="submit" class="primary">
          Search
        </button>
      </form>
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

interface Search {
  readonly result: SearchResult | null;
  readonly messages: readonly MessageView[];
  readonly looked: number;
  readonly busy: boolean;
  readonly problem: string | null;
  readonly start: (asked: Asked) => void;
  readonly goOn: (asked: Asked) => void;
}

type SearchState = Omit<Search, 'start' | 'goOn'>;

const shownAtMost = 500;

function useSearch(topic: string): Search {
  const [state, setState] = useState<SearchState>({
    result: null,
    messages: [],
    looked: 0,
    busy: false,
    problem: null,
  });
  const ask = async (query: URLSearchParams, before: SearchState): Promise<void> => {
    setState({ ...before, busy: true, problem: null });
    try {
      const result = await getJson<SearchResult>(`api/topics/${encodeURIComponent(topic)}/messages?${query}`);
      // The newest stand above; what goes on behind a position is read downwards.
      const found = result.cursor === null ? result.messages.toReversed() : result.messages;
      const messages = [...before.messages, ...found].slice(-shownAtMost);
      setState({ result, messages, looked: before.looked + result.looked, busy: false, problem: null });
    } catch (error) {
      setState({ ...before, busy: false, problem: messageOf(error) });
    }
  };
  const empty: SearchState = { result: null, messages: [], looked: 0, busy: false, problem: null };
  return {
    ...state,
    start: (asked) => {
      const query = filterOf(asked);
      if (asked.from === 'position') query.set('cursor', asked.position);
      else query.set('from', asked.from === 'time' ? String(Date.parse(asked.time) || 'newest') : asked.from);
      void ask(query, empty);
    },
    goOn: (asked) => {
      const query = filterOf(asked);
      query.set('cursor', state.result?.cursor ?? '');
      void ask(query, state);
    },
  };
}

function filterOf({ partition, key, header, where, reveal }: Asked): URLSearchParams {
  const query = new URLSearchParams({ reveal: String(reveal) });
  for (const [name, value] of Object.entries({ partition, key, header, where }))
    if (value !== '') query.set(name, value);
  return query;
}

const number = new Intl.NumberFormat('en-GB');

function searchSummary({ result, messages, looked, busy }: Search): string {
  if (busy) return 'Looking…';
  if (!result) return '';
  const span =
    result.lookedFrom === null || result.lookedTo === null
      ? ''
      : `, ${result.cursor === null ? 'back to' : 'up to'} ${new Date(result.cursor === null ? result.lookedFrom : result.lookedTo).toLocaleString('en-GB')}`;
  const why = {
    limit: 'there may be more',
    end: 'that is all there is',
    budget: 'one search reads no more: look further',
  }[result.ended];
  return `${number.format(messages.length)} found in ${number.format(looked)} records${span}; ${why}.`;
}

function followSummary(count: number, skipped: number): string {
  if (count === 0) return 'Following; nothing has come yet.';
  return `Following: the newest ${count} that came${skipped > 0 ? `, ${number.format(skipped)} more were too many to show` : ''}.`;
}
