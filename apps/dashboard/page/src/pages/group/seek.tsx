import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { GroupDetails, SeekMove, SeekPlan } from '../../../../src/api/details.ts';
import { postJson } from '../../api/client.ts';
import { ActionButton } from '../../ui/action.tsx';
import { type Column, DataTable, Panel } from '../../ui/data-table.tsx';
import { ChoiceField, TextField } from '../../ui/fields.tsx';
import { Amount, TopicName } from '../../ui/format.tsx';

type To = 'earliest' | 'latest' | 'time' | 'position';

const columns: readonly Column<SeekMove>[] = [
  { title: 'Topic', cell: ({ topic }) => <TopicName name={topic} /> },
  { title: 'Partition', cell: ({ partition }) => partition },
  { title: 'Stands after', cell: ({ from }) => <span class="mono">{from ?? 'nothing'}</span> },
  { title: 'Would read next', cell: ({ next }) => <span class="mono">{next ?? 'what comes'}</span> },
  { title: 'Lag', cell: ({ lagChange }) => <Change value={lagChange} /> },
];

export interface SeekProps {
  readonly path: string;
  readonly group: GroupDetails;
  readonly writable: boolean;
  readonly again: () => void;
}

/** Moves a group without members; first it says what that would do. */
export function Seek({ path, group, writable, again }: SeekProps): VNode {
  const [to, setTo] = useState<To>('earliest');
  const [time, setTime] = useState('');
  const [position, setPosition] = useState('');
  const [topic, setTopic] = useState('');
  const [plan, setPlan] = useState<SeekPlan | null>(null);
  const ask = async (dryRun: boolean): Promise<string> => {
    const target = { earliest: to, latest: to, time: isoOf(time), position: `after ${position}` }[to];
    const body = { to: target, dryRun, ...(topic === '' ? {} : { topic }) };
    const answer = await postJson<SeekPlan>(`${path}/seek`, body);
    setPlan(answer);
    if (!dryRun) again();
    return dryRun ? 'nothing was moved yet' : 'moved';
  };
  const topics = [...new Set(group.partitions.map((each) => each.topic))];
  const active = group.members.length > 0;
  return (
    <Panel title="Seek">
      <div class="body fields">
        <ChoiceField
          label="To"
          value={to}
          choices={[
            ['earliest', 'the beginning'],
            ['latest', 'the end'],
            ['time', 'a time'],
            ['position', 'after a position'],
          ]}
          onValue={setTo}
        />
        {to === 'time' ? (
          <TextField label="Time" type="datetime-local" value={time} onValue={setTime} />
        ) : null}
        {to === 'position' ? (
          <TextField
            label="topic:partition:offset"
            value={position}
            placeholder="emails:0:41"
            onValue={setPosition}
          />
        ) : null}
        <ChoiceField
          label="Topic"
          value={topic}
          choices={[['', 'all'] as const, ...topics.map((each) => [each, each] as const)]}
          onValue={setTopic}
        />
        <ActionButton act={() => ask(true)}>Dry run</ActionButton>
        {writable ? (
          <ActionButton kind="danger" disabled={active || plan === null} act={() => ask(false)}>
            Move the group
          </ActionButton>
        ) : null}
      </div>
      <p class="body small quiet">
        {active
          ? `It has ${group.members.length} member${group.members.length === 1 ? '' : 's'}: stop them before it can be moved.`
          : 'Nobody reads with it now, so it can be moved. A dry run comes first.'}
      </p>
      {plan === null ? null : (
        <DataTable
          label={plan.done ? 'What was moved' : 'What would be moved'}
          columns={columns}
          rows={plan.moves}
          keyOf={({ topic: of, partition }) => `${of}:${partition}`}
          empty="Nothing would move."
        />
      )}
    </Panel>
  );
}

function Change({ value }: { value: number | null }): VNode {
  if (value === null || value <= 0) return <Amount value={value} />;
  return (
    <span>
      +<Amount value={value} />
    </span>
  );
}

function isoOf(time: string): string {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? time : at.toISOString();
}
