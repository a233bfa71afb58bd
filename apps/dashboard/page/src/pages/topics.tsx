import type { VNode } from 'preact';
import type { Snapshot, TopicFigures } from '../../../src/api/snapshot.ts';
import { type Column, DataTable, Panel } from '../ui/data-table.tsx';
import { Amount, TopicName } from '../ui/format.tsx';
import { linkTo } from '../ui/route.ts';

/** Every topic: partitions, records, rate and who reads it. */
export function TopicsPage({ snapshot }: { snapshot: Snapshot }): VNode {
  const columns: readonly Column<TopicFigures>[] = [
    { title: 'Topic', cell: ({ name }) => <TopicLink name={name} /> },
    { title: 'Partitions', cell: ({ partitions }) => <Amount value={partitions} /> },
    { title: 'Records', cell: ({ records }) => <Amount value={records} /> },
    { title: 'Rate', cell: ({ perSecond }) => <Amount value={perSecond} unit="/s" /> },
    { title: 'Read by', cell: ({ name }) => readersOf(snapshot, name), left: true },
  ];
  return (
    <Panel title="Topics">
      <DataTable
        label="Topics"
        columns={columns}
        rows={snapshot.topics}
        keyOf={({ name }) => name}
        empty={
          snapshot.problem === null ? 'There is no topic yet.' : 'Unknown while the backend does not answer.'
        }
      />
    </Panel>
  );
}

function readersOf({ groups }: Snapshot, name: string): string {
  const readers = groups.filter(({ topics }) => topics.includes(name)).map((group) => group.name);
  return readers.length === 0 ? 'nobody' : readers.join(', ');
}

function TopicLink({ name }: { name: string }): VNode {
  return (
    <a href={linkTo('topics', name)}>
      <TopicName name={name} />
    </a>
  );
}
