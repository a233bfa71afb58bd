import type { VNode } from 'preact';
import type { GroupFigures, GroupState, Snapshot } from '../../../src/api/snapshot.ts';
import { type Column, DataTable, Panel } from '../ui/data-table.tsx';
import { Amount, Duration } from '../ui/format.tsx';
import { linkTo } from '../ui/route.ts';

const badges: Readonly<Record<GroupState, string>> = {
  idle: 'good',
  working: 'good',
  behind: 'warn',
  stalled: 'bad',
  empty: '',
};

const columns: readonly Column<GroupFigures>[] = [
  { title: 'Group', cell: ({ name }) => <a href={linkTo('groups', name)}>{name}</a> },
  { title: 'State', cell: ({ state }) => <StateBadge state={state} />, left: true },
  { title: 'Members', cell: ({ members }) => <Amount value={members} /> },
  { title: 'Lag', cell: ({ lag }) => <Amount value={lag} /> },
  { title: 'Oldest', cell: ({ ageMs }) => <Duration ms={ageMs} /> },
  { title: 'Trend', cell: ({ trend }) => <Amount value={trend} unit="/s" /> },
  { title: 'Caught up in', cell: (group) => <CaughtUpIn group={group} /> },
  { title: 'Pending', cell: ({ pending }) => <Amount value={pending} /> },
];

/** Lag of every group, in records, in seconds and as a trend. */
export function GroupsPage({ snapshot }: { snapshot: Snapshot }): VNode {
  return (
    <Panel title="Groups">
      <DataTable
        label="Groups"
        columns={columns}
        rows={snapshot.groups}
        keyOf={({ name }) => name}
        empty={
          snapshot.problem === null
            ? 'No group reads these streams yet.'
            : 'Unknown while the backend does not answer.'
        }
      />
    </Panel>
  );
}

function CaughtUpIn({ group: { lag, caughtUpInS } }: { group: GroupFigures }): VNode {
  if (lag === 0) return <span>now</span>;
  return <Duration ms={caughtUpInS === null ? null : caughtUpInS * 1_000} />;
}

export function StateBadge({ state }: { state: GroupState }): VNode {
  return <span class={`badge ${badges[state]}`}>{state}</span>;
}
