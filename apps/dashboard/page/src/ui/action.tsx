import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { messageOf } from '../api/client.ts';

/** A button that says how its action went, for everybody to hear. */
export function ActionButton({
  children,
  act,
  kind = '',
  disabled = false,
}: {
  children: ComponentChildren;
  /** Returns what to say when it is done. */
  act: () => Promise<string>;
  kind?: '' | 'primary' | 'danger';
  disabled?: boolean;
}): VNode {
  const [said, setSaid] = useState<{ readonly text: string; readonly bad: boolean } | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    setSaid(null);
    try {
      setSaid({ text: await act(), bad: false });
    } catch (error) {
      setSaid({ text: messageOf(error), bad: true });
    }
    setBusy(false);
  };
  return (
    <span class="row">
      <button type="button" class={kind} disabled={busy || disabled} onClick={() => void run()}>
        {children}
      </button>
      <span role="status" class={said?.bad ? 'small said bad' : 'small said'}>
        {busy ? 'working…' : (said?.text ?? '')}
      </span>
    </span>
  );
}
