import type { RefObject, VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { DeadLetterView } from '../../../../src/api/details.ts';
import { TextField } from '../../ui/fields.tsx';
import { textOf } from '../../ui/message.tsx';

export interface Edit {
  readonly set: readonly { readonly path: string; readonly to: string }[];
}

/** One field is set in each value that is redriven. */
export function EditDialog({
  reference,
  onEdit,
  example,
}: {
  reference: RefObject<HTMLDialogElement | null>;
  onEdit: (edit: Edit | null) => void;
  example: DeadLetterView | undefined;
}): VNode {
  const [path, setPath] = useState('');
  const [to, setTo] = useState('');
  const close = (edit: Edit | null): void => {
    onEdit(edit);
    reference.current?.close();
  };
  return (
    <dialog ref={reference} aria-label="Edit before redriving">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          close({ set: [{ path, to }] });
        }}
      >
        <h2>Edit before redriving</h2>
        <p class="small">
          The field is set in each value that is redriven next; everything else stays as it is.
        </p>
        <div class="fields">
          <TextField label="Field" value={path} placeholder="lines.0.quantity" onValue={setPath} />
          <TextField label="New content, as JSON or text" value={to} placeholder="1" onValue={setTo} />
        </div>
        {example ? (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
          <pre class="json" tabIndex={0}>
            {textOf(example.message)}
          </pre>
        ) : null}
        <div class="row">
          <button type="submit" class="primary" disabled={path === ''}>
            Use it
          </button>
          <button type="button" onClick={() => close(null)}>
            No edit
          </button>
        </div>
      </form>
    </dialog>
  );
}
