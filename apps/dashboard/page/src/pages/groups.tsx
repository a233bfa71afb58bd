import type { VNode } from 'preact';
import type { GroupFigures, GroupState, Snapshot } from '../../../src/api/snapshot.ts';
import { Amount, Duration } from '../ui/format.tsx';

const badges: Readonly<Record<GroupState, string>> = {
  idle: 'good',
  working: 'good',
  behind: 'warn',
  stalled: 'bad',
  empty: '',
};
const columns = ['Group', 'State', 'Members', 'Lag', 'Oldest', 'Trend', 'Caught up in', 'Pending'];

/** Lag of every group, in records, in seconds and as a trend. */
export function GroupsPage({ snapshot }: { snapshot: Snapshot }): VNode {
  if (snapshot.groups.length === 0) return <p class="empty">No group reads these streams yet.</p>;
  return (
    <section class="panel" aria-labelledby="groups">
      <header>
        <h2 id="groups">Groups</h2>
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
            {snapshot.groups.map((group) => (
              <GroupRow key={group.name} group={group} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function GroupRow({ group }: { group: GroupFigures }): VNode {
  return (
    <tr>
      <th scope="row">{group.name}</th>
      <td>
        <span class={`badge ${badges[group.state]}`}>{group.state}</span>
      </td>
      <td>
        <Amount value={group.members} />
      </td>
      <td>
        <Amount value={group.lag} />
      </td>
      <td>
        <Duration ms={group.ageMs} />
      </td>
      <td>
        <Amount value={group.trend} unit="/s" />
      </td>
      <td>
        {group.lag === 0 ? (
          'now'
        ) : (
          <Duration ms={group.caughtUpInS === null ? null : group.caughtUpInS * 1_000} />
        )}
      </td>
      <td>
        <Amount value={group.pending} />
      </td>
    </tr>
  );
}
