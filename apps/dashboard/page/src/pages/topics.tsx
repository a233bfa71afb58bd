import type { VNode } from 'preact';
import type { Snapshot, TopicFigures } from '../../../src/api/snapshot.ts';
import type { Column } from '../ui/data-table.tsx';
import { Amount, TopicName } from '../ui/format.tsx';
import { NamedList } from '../ui/named-list.tsx';
import { linkTo } from '../ui/route.ts';

/** Every topic: partitions, records, rate and who reads it. */
export function TopicsPage({ snapshot }: { snapshot: Snapshot }): VNode {
  const columns: readonly Column<TopicFigures>[] = [
    { title: 'Topic', cell: ({ name }) => <TopicLink name={name} /> },
    { title: 'Rate', cell: ({ perSecond }) => <Amount value={perSecond} unit="/s" /> },
    { title: 'Records', cell: ({ records }) => <Amount value={records} /> },
    { title: 'Partitions', cell: ({ partitions }) => <Amount value={partitions} /> },
    { title: 'Read by', cell: ({ name }) => readersOf(snapshot, name), left: true },
  ];
  return (
    <NamedList
      title="Topics"
      columns={columns}
      rows={snapshot.topics}
      empty={
        snapshot.problem === null ? 'There is no topic yet.' : 'Unknown while the backend does not answer.'
      }
    />
  );
}

const mostNamed = 6;

function readersOf({ groups }: Snapshot, name: string): string {
  const readers = groups.filter(({ topics }) => topics.includes(name)).map((group) => group.name);
  if (readers.length === 0) return 'nobody';
  const named = readers.slice(0, mostNamed).join(', ');
  return readers.length <= mostNamed ? named : `${named} and ${readers.length - mostNamed} more`;
}

function TopicLink({ name }: { name: string }): VNode {
  return (
    <a href={linkTo('topics', name)}>
      <TopicName name={name} />
    </a>
  );
}
