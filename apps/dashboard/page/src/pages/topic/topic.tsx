import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { TopicDetails, TopicHistory } from '../../../../src/api/details.ts';
import type { Snapshot } from '../../../../src/api/snapshot.ts';
import { useFetched } from '../../api/client.ts';
import { Chart } from '../../ui/chart.tsx';
import { type Column, DataTable, Panel } from '../../ui/data-table.tsx';
import { ChoiceField } from '../../ui/fields.tsx';
import { Amount, Bytes, Figure, TopicName } from '../../ui/format.tsx';
import { linkTo, type Route } from '../../ui/route.ts';
import { Shown } from '../../ui/states.tsx';
import { MessageBrowser } from './message-browser.tsx';

type PartitionOf = TopicDetails['partitions'][number];

const columns: readonly Column<PartitionOf>[] = [
  { title: 'Partition', cell: ({ partition }) => partition },
  { title: 'First', cell: ({ first }) => <Offset offset={first} /> },
  { title: 'Last', cell: ({ last }) => <Offset offset={last} /> },
  { title: 'Records', cell: ({ records }) => <Amount value={records} /> },
  { title: 'Where', cell: ({ placement }) => placement ?? '', left: true },
];

/** One topic: its partitions, who writes and reads it, its rate over time, and its messages. */
export function TopicPage({
  name,
  snapshot,
  route,
}: {
  name: string;
  snapshot: Snapshot;
  route: Route;
}): VNode {
  const path = `api/topics/${encodeURIComponent(name)}`;
  const details = useFetched<TopicDetails>(path, 5_000);
  const rate = snapshot.topics.find((topic) => topic.name === name)?.perSecond ?? null;
  return (
    <>
      <p class="crumbs">
        <a href={linkTo('topics')}>Topics</a> / <TopicName name={name} />
      </p>
      <Shown of={details}>
        {(topic) => (
          <>
            <dl class="figures">
              <Figure name="Records">
                <Amount value={topic.partitions.reduce((sum, { records }) => sum + records, 0)} />
              </Figure>
              <Figure name="Rate">
                <Amount value={rate} unit="/s" />
              </Figure>
              <Figure name="Partitions">
                <Amount value={topic.partitions.length} />
              </Figure>
              <Figure name="Size of a value">
                <Bytes value={topic.averageBytes} />
              </Figure>
              <Figure name="All values, about">
                <Bytes value={sizeOf(topic)} />
              </Figure>
            </dl>
            <p class="small">
              Written by{' '}
              {topic.writers === null ? <span class="unknown">unknown</span> : topic.writers.join(', ')}. Read
              by{' '}
              {topic.readers.length === 0
                ? 'nobody'
                : topic.readers.map(({ group, lag }, index) => (
                    <span key={group}>
                      {index > 0 ? ', ' : ''}
                      <a href={linkTo('groups', group)}>{group}</a> (lag <Amount value={lag} />)
                    </span>
                  ))}
              . It {topic.retention}
              {topic.personal.length === 0 ? '' : `; personal: ${topic.personal.join(', ')}`}.
            </p>
          </>
        )}
      </Shown>
      <MessageBrowser
        key={name}
        topic={name}
        partitions={snapshot.topics.find((topic) => topic.name === name)?.partitions ?? 1}
        query={route.query}
      />
      <RateChart path={path} />
      <Shown of={details}>
        {({ partitions }) => (
          <Panel title="Partitions">
            <DataTable
              label="Partitions"
              columns={columns}
              rows={partitions}
              keyOf={({ partition }) => String(partition)}
              empty="It has no partitions."
            />
          </Panel>
        )}
      </Shown>
    </>
  );
}

/** By the average of a few values; nothing stored is nothing, whatever the average is. */
function sizeOf({ partitions, averageBytes }: TopicDetails): number | null {
  const records = partitions.reduce((sum, each) => sum + each.records, 0);
  if (records === 0) return 0;
  return averageBytes === null ? null : averageBytes * records;
}

function RateChart({ path }: { path: string }): VNode {
  const [over, setOver] = useState<Span>('3600000');
  const history = useFetched<TopicHistory>(`${path}/history?overMs=${over}`, 10_000);
  return (
    <Panel title="Rate over time" aside={<SpanChoice over={over} onOver={setOver} />}>
      <div class="body">
        <Shown of={history}>{(value) => <Drawn history={value} />}</Shown>
      </div>
    </Panel>
  );
}

function Drawn({ history: { at, perSecond } }: { history: TopicHistory }): VNode {
  const series = useMemo(
    () => [{ name: 'records per second', unit: 'per second', colour: '--accent', values: perSecond }],
    [perSecond],
  );
  return <Chart label="Records per second" at={at} series={series} />;
}

export type Span = '900000' | '3600000' | '86400000';

export function SpanChoice({ over, onOver }: { over: Span; onOver: (over: Span) => void }): VNode {
  return (
    <ChoiceField
      label="Over"
      value={over}
      choices={[
        ['900000', '15 minutes'],
        ['3600000', '1 hour'],
        ['86400000', '24 hours'],
      ]}
      onValue={onOver}
    />
  );
}

function Offset({ offset }: { offset: string | null }): VNode {
  return offset === null ? <span class="quiet">none</span> : <span class="mono">{offset}</span>;
}
