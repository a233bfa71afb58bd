import type { GuideEvent } from '@millrace/guide/events';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface RunState {
  readonly state: 'none' | 'running' | 'over';
  readonly problem: string | null;
  readonly events: readonly GuideEvent[];
  /** How many of the events are shown. */
  readonly at: number;
  readonly playing: boolean;
  readonly speed: number;
}

export interface RunControls {
  start(query: URLSearchParams): void;
  stop(): void;
  toggle(): void;
  /** One event on, or back. */
  move(by: number): void;
  show(at: number): void;
  faster(speed: number): void;
  crash(consumer: string): void;
}

const idle: RunState = { state: 'none', problem: null, events: [], at: 0, playing: false, speed: 1 };
const usualMs = 450;
/** What is not drawn passes quickly. */
const quickMs = 60;

/** A run on the server: its events as they come, and how far they are shown. The server waits at each step to be asked. */
export function useRun(): readonly [RunState, RunControls] {
  const [run, setRun] = useState(idle);
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
  useEffect(() => close, []);
  useEffect(() => {
    if (!run.playing) return undefined;
    if (run.at >= run.events.length) {
      if (waits) ask();
      else if (run.state !== 'running') setRun((now) => ({ ...now, playing: false }));
      return undefined;
    }
    const wait = (isDrawn(run.events[run.at]) ? usualMs : quickMs) / run.speed;
    const timer = setTimeout(
      () => setRun((now) => ({ ...now, at: Math.min(now.at + 1, now.events.length) })),
      wait,
    );
    return () => clearTimeout(timer);
  }, [run, waits]);

  const controls: RunControls = {
    start: (query) => {
      close();
      setRun((now) => ({ ...idle, state: 'running', playing: true, speed: now.speed }));
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
        const event: GuideEvent = JSON.parse(data);
        setRun((now) => ({ ...now, events: [...now.events, event] }));
      });
      opened.addEventListener('waiting', () => setWaits(true));
      opened.addEventListener('end', () => over(null));
      opened.addEventListener('problem', ({ data }) => over(JSON.parse(data).message));
      opened.onerror = () => over('The dashboard refused to play it, or cannot be reached.');
    },
    stop: () => {
      close();
      setRun((now) => ({ ...now, state: now.state === 'none' ? 'none' : 'over', playing: false }));
    },
    toggle: () => setRun((now) => ({ ...now, playing: !now.playing })),
    move: (by) => {
      if (by > 0 && run.at >= run.events.length && waits) ask();
      setRun((now) => ({ ...now, playing: false, at: clamp(nextDrawn(now, by), now.events.length) }));
    },
    show: (at) => setRun((now) => ({ ...now, playing: false, at: clamp(at, now.events.length) })),
    faster: (speed) => setRun((now) => ({ ...now, speed })),
    crash: (consumer) => {
      const body = JSON.stringify({ consumer });
      const headers = { 'content-type': 'application/json' };
      void fetch(`api/guide/runs/${id.current}/crash`, { method: 'POST', body, headers }).catch(
        () => undefined,
      );
    },
  };
  return [run, controls];
}

/** A step of a person passes what changes no picture. */
function nextDrawn({ events, at }: RunState, by: number): number {
  let next = at + by;
  while (next > 0 && next < events.length && !isDrawn(events[next - 1])) next += by;
  return next;
}

function isDrawn(event: GuideEvent | undefined): boolean {
  return event !== undefined && !['command', 'produced', 'handled'].includes(event.kind);
}

function clamp(at: number, length: number): number {
  return Math.max(0, Math.min(at, length));
}
