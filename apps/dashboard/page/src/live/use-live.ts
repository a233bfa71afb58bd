import { useEffect, useState } from 'preact/hooks';
import type { Flow, Snapshot } from '../../../src/api/snapshot.ts';

export interface Live {
  readonly connection: 'connecting' | 'open' | 'lost';
  readonly snapshot: Snapshot | null;
  readonly flow: Flow | null;
}

/** What the dashboard says, as it says it; the browser reconnects with the id of the last event it heard. */
export function useLive(): Live {
  const [live, setLive] = useState<Live>({ connection: 'connecting', snapshot: null, flow: null });
  useEffect(() => {
    let source: EventSource | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    const open = (): void => {
      source = new EventSource('api/live');
      source.onopen = () => setLive((now) => ({ ...now, connection: 'open' }));
      source.addEventListener('snapshot', ({ data }) => {
        const snapshot: Snapshot = JSON.parse(data);
        setLive((now) => ({ ...now, connection: 'open', snapshot }));
      });
      source.addEventListener('flow', ({ data }) => {
        const flow: Flow = JSON.parse(data);
        setLive((now) => ({ ...now, flow }));
      });
      source.onerror = () => {
        setLive((now) => ({ ...now, connection: 'lost' }));
        if (source?.readyState === EventSource.CLOSED) again = setTimeout(open, 2_000);
      };
    };
    open();
    return () => {
      source?.close();
      clearTimeout(again);
    };
  }, []);
  return live;
}
