import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { DeadLetterList, DeadLetterView } from '../../../../src/api/details.ts';
import { postJson, useFetched } from '../../api/client.ts';
import { ActionButton } from '../../ui/action.tsx';
import { type Column, DataTable, Panel } from '../../ui/data-table.tsx';
import { Toggle } from '../../ui/fields.tsx';
import { Amount, Moment } from '../../ui/format.tsx';
import { textOf } from '../../ui/message.tsx';
import { Shown } from '../../ui/states.tsx';
import { type Edit, EditDialog } from './edit-dialog.tsx';
import { toggled } from './pending.tsx';

export interface DeadLettersProps {
  readonly path: string;
  readonly count: number;
  readonly writable: boolean;
}

const shownAtMost = 100;

/** What the group gave up, and the way back: one, the chosen or all, edited if need be. */
export function DeadLetters({ path, count, writable }: DeadLettersProps): VNode {
  const [reveal, setReveal] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [edit, setEdit] = useState<Edit | null>(null);
  const list = useFetched<DeadLetterList>(
    `${path}/dead-letters?limit=2000&reveal=${reveal}`,
    count > 0 ? 10_000 : 0,
  );
  const redrive = async (letters: readonly string[] | 'all'): Promise<string> => {
    const body = { letters, ...(edit === null ? {} : { edit }) };
    const { redriven } = await postJson<{ readonly redriven: number }>(`${path}/redrive`, body);
    setChosen(new Set());
    setEdit(null);
    list.again();
    return `${redriven} redriven`;
  };
  return (
    <Panel
      title="Dead letters"
      aside={<Toggle label="Show personal fields" on={reveal} onToggle={setReveal} />}
    >
      <Shown of={list}>
        {({ letters, more }) => {
          const waiting = letters.filter(({ redrivenAt }) => redrivenAt === null);
          return (
            <>
              <p class="small summary" role="status">
                {letters.length === 0
                  ? ''
                  : `${waiting.length}${more ? ' or more' : ''} wait, ${letters.length - waiting.length} were redriven.`}
                {letters.length > shownAtMost ? ` The first ${shownAtMost} are shown.` : ''}
              </p>
              <DataTable
                label="Dead letters"
                columns={columnsOf({ writable, chosen, setChosen, redrive })}
                rows={letters.slice(0, shownAtMost)}
                keyOf={({ id }) => id}
                empty="It never gave a message up."
              />
              {writable && waiting.length > 0 ? (
                <div class="body row">
                  <button type="button" onClick={() => setChosen(new Set(waiting.map(({ id }) => id)))}>
                    Choose all
                  </button>
                  <EditButton
                    edit={edit}
                    onEdit={setEdit}
                    example={waiting.find(({ id }) => chosen.has(id)) ?? waiting[0]}
                  />
                  <ActionButton disabled={chosen.size === 0} act={() => redrive([...chosen])}>
                    Redrive {chosen.size} chosen
                  </ActionButton>
                  <ActionButton kind="primary" act={() => redrive('all')}>
                    Redrive all
                  </ActionButton>
                </div>
              ) : null}
            </>
          );
        }}
      </Shown>
    </Panel>
  );
}

interface Choosing {
  readonly writable: boolean;
  readonly chosen: ReadonlySet<string>;
  readonly setChosen: (chosen: ReadonlySet<string>) => void;
  readonly redrive: (letters: readonly string[]) => Promise<string>;
}

function columnsOf({ writable, chosen, setChosen, redrive }: Choosing): readonly Column<DeadLetterView>[] {
  return [
    {
      title: 'Came from',
      cell: ({ id, origin, redrivenAt }) => (
        <span class="row">
          {writable && redrivenAt === null ? (
            <input
              type="checkbox"
              aria-label={`Choose the dead letter of ${origin}`}
              checked={chosen.has(id)}
              onChange={() => setChosen(toggled(chosen, id))}
            />
          ) : null}
          <span class="mono">{origin}</span>
        </span>
      ),
    },
    { title: 'Failed', cell: ({ failedAt }) => <Moment at={failedAt} /> },
    { title: 'Attempts', cell: ({ attempts }) => <Amount value={attempts} /> },
    { title: 'Why', cell: ({ code, error, cut }) => <Why code={code} error={error} cut={cut} />, left: true },
    { title: 'Value', cell: ({ message }) => <Value message={message} />, left: true },
    {
      title: 'State',
      cell: ({ id, redrivenAt, cut }) =>
        redrivenAt !== null ? (
          <span class="badge good">redriven</span>
        ) : writable && cut === null ? (
          <ActionButton act={() => redrive([id])}>Redrive</ActionButton>
        ) : (
          <span class="badge warn">waits</span>
        ),
      left: true,
    },
  ];
}

function Why({ code, error, cut }: Pick<DeadLetterView, 'code' | 'error' | 'cut'>): VNode {
  return (
    <span class="why">
      <span class="badge bad">{code}</span> {error}
      {cut === null ? '' : ` (cut: ${cut})`}
    </span>
  );
}

function Value({ message }: Pick<DeadLetterView, 'message'>): VNode {
  return (
    <details>
      <summary>{message.bytes} bytes</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre class="json" tabIndex={0}>
        {textOf(message)}
      </pre>
    </details>
  );
}

function EditButton({
  edit,
  onEdit,
  example,
}: {
  edit: Edit | null;
  onEdit: (edit: Edit | null) => void;
  example: DeadLetterView | undefined;
}): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button type="button" onClick={() => dialog.current?.showModal()}>
        {edit === null
          ? 'Edit before redriving'
          : `Edited: ${edit.set.map(({ path, to }) => `${path} = ${to}`).join(', ')}`}
      </button>
      <EditDialog reference={dialog} onEdit={onEdit} example={example} />
    </>
  );
}
