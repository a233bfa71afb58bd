import { useEffect, useState } from 'preact/hooks';
import type { Flow, Snapshot } from '../../../src/api/snapshot.ts';

export interface Live {
  readonly connection: 'connecting' | 'open' | 'lost';
  readonly snapshot: Snapshot | null;
  readonly flow: Flow | null;
}

/** A browser has six connections to a server, for all its tabs: one that nobody sees gives its own back. */
const hiddenForMs = 2_000;

/** What the dashboard says, as it says it; the browser reconnects with the id of the last event it heard. */
export function useLive(): Live {
  const [live, setLive] = useState<Live>({ connection: 'connecting', snapshot: null, flow: null });
  useEffect(() => {
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const close = (): void => {
      source?.close();
      source = undefined;
    };
    const open = (): void => {
      const opened = new EventSource('api/live');
      source = opened;
      opened.onopen = () => setLive((now) => ({ ...now, connection: 'open' }));
      opened.addEventListener('snapshot', ({ data }) => {
        const snapshot: Snapshot = JSON.parse(data);
        setLive((now) => ({ ...now, connection: 'open', snapshot }));
      });
      opened.addEventListener('flow', ({ data }) => {
        const flow: Flow = JSON.parse(data);
        setLive((now) => ({ ...now, flow }));
      });
      opened.onerror = () => {
        setLive((now) => ({ ...now, connection: 'lost' }));
        if (opened.readyState === EventSource.CLOSED && source === opened) {
          source = undefined;
          timer = setTimeout(follow, 2_000);
        }
      };
    };
    const follow = (): void => {
      clearTimeout(timer);
      if (document.hidden) timer = setTimeout(close, hiddenForMs);
      else if (source === undefined) open();
    };
    open();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      clearTimeout(timer);
      close();
    };
  }, []);
  return live;
}
