import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { GroupDetails, PendingRow } from '../../../../src/api/details.ts';
import { postJson } from '../../api/client.ts';
import { ActionButton } from '../../ui/action.tsx';
import { type Column, DataTable, Panel } from '../../ui/data-table.tsx';
import { TextField } from '../../ui/fields.tsx';
import { Amount, Duration, TopicName } from '../../ui/format.tsx';
import { linkTo } from '../../ui/route.ts';

const positionOf = ({ topic, partition, offset }: PendingRow): string => `${topic}:${partition}:${offset}`;

export interface PendingProps {
  readonly path: string;
  readonly group: GroupDetails;
  readonly writable: boolean;
  readonly again: () => void;
}

/** What was delivered and is not acknowledged; in competing groups it can be handed to another member. */
export function Pending({ path, group, writable, again }: PendingProps): VNode {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [member, setMember] = useState('');
  const canClaim = writable && group.mode === 'competing';
  const columns: readonly Column<PendingRow>[] = [
    {
      title: 'Topic',
      cell: (entry) => (
        <span class="row">
          {canClaim ? (
            <input
              type="checkbox"
              aria-label={`Choose ${positionOf(entry)}`}
              checked={chosen.has(positionOf(entry))}
              onChange={() => setChosen(toggled(chosen, positionOf(entry)))}
            />
          ) : null}
          <a href={linkTo('topics', entry.topic)}>
            <TopicName name={entry.topic} />
          </a>
        </span>
      ),
    },
    { title: 'Partition', cell: ({ partition }) => partition },
    { title: 'Offset', cell: ({ offset }) => <span class="mono">{offset}</span> },
    { title: 'Owner', cell: (entry) => <span class="mono">{entry.member}</span>, left: true },
    { title: 'Idle', cell: ({ idleMs }) => <Duration ms={idleMs} /> },
    { title: 'Attempts', cell: ({ deliveries }) => <Amount value={deliveries} /> },
  ];
  const claim = async (): Promise<string> => {
    const body = { member, positions: [...chosen], minIdleMs: 0 };
    const { claimed } = await postJson<{ readonly claimed: readonly unknown[] }>(`${path}/claim`, body);
    setChosen(new Set());
    again();
    return `${claimed.length} claimed`;
  };
  return (
    <Panel title="Pending entries">
      <DataTable
        label="Pending entries"
        columns={columns}
        rows={group.pending}
        keyOf={positionOf}
        empty={group.pendingProblem ?? 'Everything that was delivered is acknowledged.'}
      />
      {canClaim && group.pending.length > 0 ? (
        <div class="body fields">
          <TextField
            label="Claim for member"
            value={member}
            placeholder={group.members[0]?.member ?? 'a name'}
            onValue={setMember}
          />
          <ActionButton act={claim} disabled={chosen.size === 0 || member === ''}>
            Claim {chosen.size}
          </ActionButton>
        </div>
      ) : null}
    </Panel>
  );
}

export function toggled(set: ReadonlySet<string>, value: string): ReadonlySet<string> {
  const changed = new Set(set);
  if (!changed.delete(value)) changed.add(value);
  return changed;
}
