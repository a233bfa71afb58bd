import type { GuideEvent } from '@millrace/guide/events';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PlayedEvent } from '../../../../src/api/guide.ts';
import { type Moment, momentsOf } from './moments.ts';

export interface RunState {
  readonly state: 'none' | 'running' | 'over';
  readonly problem: string | null;
  /** Where it plays: one backend, or two beside each other. */
  readonly backends: readonly string[];
  /** The events of each backend. */
  readonly sides: readonly (readonly GuideEvent[])[];
  /** The moment that is shown; one after the last while it is waited for. */
  readonly at: number;
  readonly playing: boolean;
  readonly speed: number;
}

export interface RunControls {
  start(backends: readonly string[], query: URLSearchParams): void;
  stop(): void;
  toggle(): void;
  /** One moment on, or back. */
  move(by: number): void;
  show(at: number): void;
  faster(speed: number): void;
  crash(consumer: string, side: number): void;
}

export interface Run {
  readonly run: RunState;
  readonly moments: readonly Moment[];
  /** The one that is shown. */
  readonly shown: number;
  readonly controls: RunControls;
}

const idle: RunState = {
  state: 'none',
  problem: null,
  backends: [],
  sides: [],
  at: 0,
  playing: false,
  speed: 1,
};
const usualMs = 450;

/** A run on the server: its events as they come, and how far they are shown. The server waits at each step to be asked. */
export function useRun(): Run {
  const [run, setRun] = useState(idle);
  const moments = useMemo(() => momentsOf(run.sides), [run.sides]);
  const last = moments.length - 1;
  const shown = Math.min(run.at, last);
  const source = useRef<EventSource | null>(null);
  const id = useRef('');
  const [waits, setWaits] = useState(false);
  const close = (): void => {
    source.current?.close();
    source.current = null;
    setWaits(false);
  };
  const ask = (): void => {
    setWaits(false);
    void fetch(`api/guide/runs/${id.current}/next`, { method: 'POST' }).catch(() => undefined);
  };
  // From where it is by then: keys may come faster than the page is drawn.
  const showFrom = (next: (shown: number) => number): void =>
    setRun((now) => ({
      ...now,
      playing: false,
      at: Math.max(0, Math.min(next(Math.min(now.at, last)), last)),
    }));
  useEffect(() => close, []);
  useEffect(() => {
    if (!run.playing) {
      // A step forward that was asked for before the server waited to be asked.
      if (waits && run.at > last) ask();
      return undefined;
    }
    if (run.at >= last) {
      if (waits) ask();
      else if (run.state !== 'running') setRun((now) => ({ ...now, playing: false }));
      return undefined;
    }
    const timer = setTimeout(() => setRun((now) => ({ ...now, at: now.at + 1 })), usualMs / run.speed);
    return () => clearTimeout(timer);
  }, [run, last, waits]);

  const controls: RunControls = {
    start: (backends, query) => {
      close();
      setRun((now) => ({
        ...idle,
        state: 'running',
        playing: true,
        speed: now.speed,
        backends,
        sides: backends.map(() => []),
      }));
      const opened = new EventSource(`api/guide/play?${query}`);
      source.current = opened;
      const over = (problem: string | null): void => {
        close();
        setRun((now) => ({ ...now, state: 'over', problem }));
      };
      opened.addEventListener('run', ({ data }) => {
        id.current = JSON.parse(data).id;
      });
      opened.addEventListener('guide', ({ data }) => {
        const { side, event }: PlayedEvent = JSON.parse(data);
        setRun((now) => ({
          ...now,
          sides: now.sides.map((events, index) => (index === side ? [...events, event] : events)),
        }));
      });
      opened.addEventListener('waiting', () => setWaits(true));
      opened.addEventListener('end', () => over(null));
      opened.addEventListener('problem', ({ data }) => over(JSON.parse(data).message));
      opened.onerror = () => {
        const wasOpen = id.current !== '';
        close();
        if (wasOpen) over('The connection to the dashboard broke off, and with it the run. Play it again.');
        else void whyRefused(query).then(over);
      };
      id.current = '';
    },
    stop: () => {
      close();
      setRun((now) => ({ ...now, state: now.state === 'none' ? 'none' : 'over', playing: false }));
    },
    toggle: () => setRun((now) => ({ ...now, playing: now.state !== 'none' && !now.playing })),
    move: (by) => {
      if (by < 0 || shown < last || run.state !== 'running') return showFrom((at) => at + by);
      setRun((now) => ({ ...now, playing: false, at: last + 1 }));
    },
    show: (at) => showFrom(() => at),
    faster: (speed) => setRun((now) => ({ ...now, speed })),
    crash: (consumer, side) => {
      const body = JSON.stringify({ consumer, side });
      const headers = { 'content-type': 'application/json' };
      void fetch(`api/guide/runs/${id.current}/crash`, { method: 'POST', body, headers }).catch(
        () => undefined,
      );
    },
  };
  return { run, moments, shown, controls };
}

/** An event source does not say what the server returned. */
async function whyRefused(query: URLSearchParams): Promise<string> {
  const stop = new AbortController();
  try {
    const response = await fetch(`api/guide/play?${query}`, { signal: stop.signal });
    const problem = response.ok ? undefined : await response.json();
    return problem?.detail ?? 'The dashboard refused to play it. Play it again.';
  } catch {
    return 'The dashboard cannot be reached at the moment.';
  } finally {
    stop.abort();
  }
}
