import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { GroupDetails, GroupHistory, MemberRow, PartitionRow } from '../../../../src/api/details.ts';
import type { Snapshot } from '../../../../src/api/snapshot.ts';
import { useFetched } from '../../api/client.ts';
import { Chart } from '../../ui/chart.tsx';
import { type Column, DataTable, Panel } from '../../ui/data-table.tsx';
import { Amount, Duration, Figure, TopicName } from '../../ui/format.tsx';
import { linkTo } from '../../ui/route.ts';
import { Shown } from '../../ui/states.tsx';
import { StateBadge } from '../groups.tsx';
import { type Span, SpanChoice } from '../topic/topic.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { Pending } from './pending.tsx';
import { Seek } from './seek.tsx';

const memberColumns: readonly Column<MemberRow>[] = [
  { title: 'Member', cell: ({ member }) => <span class="mono">{member}</span> },
  {
    title: 'Partitions',
    cell: ({ leases }) => <span class="mono">{leases.join(' ') || 'none'}</span>,
    left: true,
  },
  { title: 'Lag', cell: ({ lag }) => <Amount value={lag} /> },
  { title: 'Pending', cell: ({ pending }) => <Amount value={pending} /> },
  { title: 'Last heartbeat', cell: ({ idleMs }) => <Duration ms={idleMs} /> },
];

const partitionColumns: readonly Column<PartitionRow>[] = [
  { title: 'Topic', cell: ({ topic }) => <TopicName name={topic} /> },
  { title: 'Partition', cell: ({ partition }) => partition },
  { title: 'Committed', cell: ({ committed }) => <span class="mono">{committed ?? 'nothing'}</span> },
  { title: 'Lag', cell: ({ lag }) => <Amount value={lag} /> },
  { title: 'Oldest', cell: ({ ageMs }) => <Duration ms={ageMs} /> },
  { title: 'Pending', cell: ({ pending }) => <Amount value={pending} /> },
  {
    title: 'Owner',
    cell: ({ owner }) =>
      owner === null ? <span class="quiet">nobody</span> : <span class="mono">{owner}</span>,
    left: true,
  },
];

/** One group: its lag over time, who holds what, what is pending, its dead letters, and how to move it. */
export function GroupPage({ name, snapshot }: { name: string; snapshot: Snapshot }): VNode {
  const path = `api/groups/${encodeURIComponent(name)}`;
  const details = useFetched<GroupDetails>(path, 3_000);
  const figures = snapshot.groups.find((group) => group.name === name);
  return (
    <>
      <p class="crumbs">
        <a href={linkTo('groups')}>Groups</a> / {name} {figures ? <StateBadge state={figures.state} /> : null}
      </p>
      <Shown of={details}>
        {(group) => (
          <>
            <dl class="figures">
              <Figure name="Lag">
                <Amount value={figures?.lag ?? null} />
              </Figure>
              <Figure name="Oldest unacknowledged">
                <Duration ms={figures?.ageMs ?? null} />
              </Figure>
              <Figure name="Members">
                <Amount value={group.members.length} />
              </Figure>
              <Figure name="Skew">
                {group.skew === null ? (
                  <small>none with one member</small>
                ) : (
                  <Amount value={group.skew} unit=" partitions" />
                )}
              </Figure>
              <Figure name="Dead letters">
                <Amount value={group.deadLetters} />
              </Figure>
            </dl>
            <LagChart path={path} />
            <Panel title="Members">
              <DataTable
                label="Members"
                columns={memberColumns}
                rows={group.members}
                keyOf={({ member }) => member}
                empty="No member is there: nothing is read until one comes."
              />
            </Panel>
            <Panel title="Partitions">
              <DataTable
                label="Partitions"
                columns={partitionColumns}
                rows={group.partitions}
                keyOf={({ topic, partition }) => `${topic}:${partition}`}
                empty="It reads nothing."
              />
            </Panel>
            <Pending path={path} group={group} writable={snapshot.writable} again={details.again} />
            <DeadLetters key={name} path={path} count={group.deadLetters} writable={snapshot.writable} />
            <Seek
              key={`seek ${name}`}
              path={path}
              group={group}
              writable={snapshot.writable}
              again={details.again}
            />
          </>
        )}
      </Shown>
    </>
  );
}

function LagChart({ path }: { path: string }): VNode {
  const [over, setOver] = useState<Span>('3600000');
  const history = useFetched<GroupHistory>(`${path}/history?overMs=${over}`, 10_000);
  return (
    <Panel title="Lag over time" aside={<SpanChoice over={over} onOver={setOver} />}>
      <div class="body">
        <Shown of={history}>{(value) => <Drawn history={value} />}</Shown>
      </div>
    </Panel>
  );
}

function Drawn({ history: { at, lag, ageSeconds } }: { history: GroupHistory }): VNode {
  const series = useMemo(
    () => [
      { name: 'records (left)', unit: 'records', colour: '--accent', values: lag },
      {
        name: 'age of the oldest in seconds (right)',
        unit: 'seconds',
        colour: '--warn',
        values: ageSeconds,
        second: true,
      },
    ],
    [lag, ageSeconds],
  );
  return <Chart label="Lag" at={at} series={series} />;
}
