import { useEffect, useRef, useState } from 'preact/hooks';

/** What the server said went wrong, as a sentence. */
class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function getJson<Result>(path: string, signal?: AbortSignal): Promise<Result> {
  return resultOf(await fetch(path, signal ? { signal } : {}));
}

export async function postJson<Result>(path: string, body: object): Promise<Result> {
  const headers = { 'content-type': 'application/json' };
  return resultOf(await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }));
}

async function resultOf<Result>(response: Response): Promise<Result> {
  if (response.ok) return response.json();
  const problem: { readonly detail?: string; readonly title?: string } = await response
    .json()
    .catch(() => ({}));
  throw new ApiError(
    response.status,
    problem.detail ?? problem.title ?? `the server returned ${response.status}`,
  );
}

export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return 'The dashboard cannot be reached at the moment.';
}

export interface Fetched<Result> {
  readonly state: 'loading' | 'ready' | 'failed';
  /** The last that was read, even while a newer one cannot be read. */
  readonly value: Result | null;
  readonly error: string | null;
  readonly again: () => void;
}

/** What a path returns, read again every `everyMs` while the page can be seen; a slow answer is waited for. */
export function useFetched<Result>(path: string | null, everyMs = 0): Fetched<Result> {
  const [fetched, setFetched] = useState<Omit<Fetched<Result>, 'again'>>(loading);
  const [round, setRound] = useState(0);
  const shown = useRef<string | null>(null);
  const waiting = useRef(false);
  useEffect(() => {
    const stop = new AbortController();
    if (path === null) return () => undefined;
    if (shown.current !== path) setFetched(loading);
    shown.current = path;
    waiting.current = true;
    getJson<Result>(path, stop.signal).then(
      (value) => {
        if (stop.signal.aborted) return;
        waiting.current = false;
        setFetched({ state: 'ready', value, error: null });
      },
      (error: unknown) => {
        if (stop.signal.aborted) return;
        waiting.current = false;
        setFetched(({ value }) => ({ state: 'failed', value, error: messageOf(error) }));
      },
    );
    return () => stop.abort();
  }, [path, round]);
  useEffect(() => {
    if (everyMs === 0) return () => undefined;
    const timer = setInterval(() => {
      if (!document.hidden && !waiting.current) setRound((before) => before + 1);
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return { ...fetched, again: () => setRound((before) => before + 1) };
}

const loading = { state: 'loading', value: null, error: null } as const;
