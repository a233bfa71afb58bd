import type { VNode } from 'preact';
import type { Snapshot } from '../../../src/api/snapshot.ts';
import { Amount, TopicName } from '../ui/format.tsx';

const columns = ['Topic', 'Partitions', 'Records', 'Rate', 'Read by'];

/** Every topic: partitions, records, rate and who reads it. */
export function TopicsPage({ snapshot }: { snapshot: Snapshot }): VNode {
  if (snapshot.topics.length === 0) return <p class="empty">There is no topic yet.</p>;
  return (
    <section class="panel" aria-labelledby="topics">
      <header>
        <h2 id="topics">Topics</h2>
      </header>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              {columns.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {snapshot.topics.map(({ name, partitions, records, perSecond }) => (
              <tr key={name}>
                <th scope="row">
                  <TopicName name={name} />
                </th>
                <td>
                  <Amount value={partitions} />
                </td>
                <td>
                  <Amount value={records} />
                </td>
                <td>
                  <Amount value={perSecond} unit="/s" />
                </td>
                <td>{readersOf(snapshot, name)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function readersOf({ groups }: Snapshot, name: string): string {
  const readers = groups.filter(({ topics }) => topics.includes(name)).map((group) => group.name);
  return readers.length === 0 ? 'nobody' : readers.join(', ');
}
