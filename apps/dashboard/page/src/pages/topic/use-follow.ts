import { useEffect, useState } from 'preact/hooks';
import type { MessageView } from '../../../../src/api/messages.ts';

export interface Followed {
  /** The newest first. */
  readonly messages: readonly MessageView[];
  /** Messages that came too fast to be shown. */
  readonly skipped: number;
  readonly problem: string | null;
}

const kept = 100;
const empty: Followed = { messages: [], skipped: 0, problem: null };

/** What comes, as it comes; nothing without a path. */
export function useFollow(path: string | null): Followed {
  const [followed, setFollowed] = useState(empty);
  useEffect(() => {
    setFollowed(empty);
    if (path === null) return () => undefined;
    const source = new EventSource(path);
    source.addEventListener('message', ({ data }) => {
      const { message, skipped }: { readonly message: MessageView; readonly skipped: number } =
        JSON.parse(data);
      setFollowed(({ messages }) => ({
        messages: [message, ...messages].slice(0, kept),
        skipped,
        problem: null,
      }));
    });
    source.addEventListener('problem', ({ data }) => {
      setFollowed((before) => ({ ...before, problem: JSON.parse(data) }));
    });
    return () => source.close();
  }, [path]);
  return followed;
}
