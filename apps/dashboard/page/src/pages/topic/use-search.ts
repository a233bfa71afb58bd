import { useState } from 'preact/hooks';
import type { MessageView, SearchResult } from '../../../../src/api/messages.ts';
import { getJson, messageOf } from '../../api/client.ts';
import { type Asked, filterOf } from './asked.ts';

export interface Search {
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
const empty: SearchState = { result: null, messages: [], looked: 0, busy: false, problem: null };

/** A search in a topic, which can go on where it stopped. */
export function useSearch(topic: string): Search {
  const [state, setState] = useState<SearchState>(empty);
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
