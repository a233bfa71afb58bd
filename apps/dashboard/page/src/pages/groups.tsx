import type { VNode } from 'preact';
import type { GroupFigures, GroupState, Snapshot } from '../../../src/api/snapshot.ts';
import type { Column } from '../ui/data-table.tsx';
import { Amount, Duration } from '../ui/format.tsx';
import { NamedList } from '../ui/named-list.tsx';
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
  { title: 'Lag', cell: ({ lag }) => <Amount value={lag} /> },
  {
    title: 'Oldest',
    cell: ({ ageMs }) => (ageMs === 0 ? <span class="quiet">none</span> : <Duration ms={ageMs} />),
  },
  { title: 'Trend', cell: ({ trend }) => <Trend value={trend} /> },
  { title: 'Caught up in', cell: (group) => <CaughtUpIn group={group} /> },
  { title: 'Members', cell: ({ members }) => <Amount value={members} /> },
  { title: 'Pending', cell: ({ pending }) => <Amount value={pending} /> },
];

/** Lag of every group, in records, in seconds and as a trend. */
export function GroupsPage({ snapshot }: { snapshot: Snapshot }): VNode {
  return (
    <NamedList
      title="Groups"
      columns={columns}
      rows={snapshot.groups}
      empty={
        snapshot.problem === null
          ? 'No group reads these streams yet.'
          : 'Unknown while the backend does not answer.'
      }
    />
  );
}

function CaughtUpIn({ group: { lag, trend, caughtUpInS } }: { group: GroupFigures }): VNode {
  if (lag === 0) return <span class="quiet">now</span>;
  if (lag !== null && trend !== null && caughtUpInS === null) return <span>not at this pace</span>;
  return <Duration ms={caughtUpInS === null ? null : caughtUpInS * 1_000} />;
}

const signed = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1, signDisplay: 'exceptZero' });

function Trend({ value }: { value: number | null }): VNode {
  if (value === null) return <Amount value={null} />;
  return <span class={value === 0 ? 'number quiet' : 'number'}>{signed.format(value)}/s</span>;
}

export function StateBadge({ state }: { state: GroupState }): VNode {
  return <span class={`badge ${badges[state]}`}>{state}</span>;
}
