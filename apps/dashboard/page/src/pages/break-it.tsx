import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { FaultBoard, FaultRun, FaultView, ProcessView } from '../../../src/api/faults.ts';
import { postJson, useFetched } from '../api/client.ts';
import { ActionButton } from '../ui/action.tsx';
import { type Column, DataTable, Panel } from '../ui/data-table.tsx';
import { ChoiceField } from '../ui/fields.tsx';
import { Amount, Duration, Moment } from '../ui/format.tsx';
import { Shown } from '../ui/states.tsx';

const verdicts = { 'adds-up': 'good', reading: '', waiting: 'warn', wrong: 'bad' } as const;

const runColumns: readonly Column<FaultRun>[] = [
  {
    title: 'Fault',
    cell: ({ title, target, at }) => (
      <span>
        {title}
        {target === null ? '' : ` · ${target}`}
        <br />
        <span class="small quiet">
          <Moment at={at} />
        </span>
      </span>
    ),
  },
  {
    title: 'What happened',
    cell: ({ said, failed }) => <span class={failed ? 'why said bad' : 'why'}>{said}</span>,
    left: true,
  },
  { title: 'Lag up to', cell: ({ effect }) => <Amount value={effect.peakLag} /> },
  { title: 'Oldest', cell: ({ effect }) => <Duration ms={effect.peakAgeMs} /> },
  { title: 'Nothing stored for', cell: ({ effect }) => <Duration ms={effect.silentMs} /> },
  { title: 'Members down to', cell: ({ effect }) => <Amount value={effect.fewestMembers} /> },
  { title: 'Dead letters', cell: ({ effect }) => <Amount value={effect.deadLetters} /> },
  {
    title: 'Auditor after it',
    cell: ({ verdict, endedAt }) => <AfterIt verdict={verdict} isOver={endedAt !== null} />,
    left: true,
  },
];

const processColumns: readonly Column<ProcessView>[] = [
  { title: 'Service', cell: ({ service }) => service },
  { title: 'Process', cell: ({ pid }) => <span class="mono">{pid}</span> },
  {
    title: 'State',
    cell: ({ state, extra }) => (
      <span class={`badge ${state === 'running' ? 'good' : 'warn'}`}>
        {extra ? `${state}, added here` : state}
      </span>
    ),
    left: true,
  },
];

/** Faults to make on purpose, what to watch meanwhile, and what the auditor says after each. */
export function BreakItPage(): VNode {
  const board = useFetched<FaultBoard>('api/faults', 1_000);
  return (
    <Shown of={board}>
      {({ problem, faults, processes, runs }) => (
        <>
          {problem === null ? null : <p class="notice warn">{problem}</p>}
          <ul class="cards">
            {faults.map((fault) => (
              <FaultCard
                key={fault.name}
                fault={fault}
                problem={problem ?? fault.problem}
                again={board.again}
              />
            ))}
          </ul>
          <Panel title="What was broken">
            <DataTable
              label="What was broken"
              columns={runColumns}
              rows={runs}
              keyOf={({ id }) => String(id)}
              empty="Nothing yet. Choose a fault, watch the shop, and see whether it still adds up."
            />
          </Panel>
          <Panel title="Processes">
            <DataTable
              label="Processes"
              columns={processColumns}
              rows={processes}
              keyOf={({ pid }) => String(pid)}
              empty="No process of this shop was started by npm start."
            />
          </Panel>
        </>
      )}
    </Shown>
  );
}

function FaultCard({
  fault,
  problem,
  again,
}: {
  fault: FaultView;
  problem: string | null;
  again: () => void;
}): VNode {
  const [target, setTarget] = useState(fault.targets[0] ?? '');
  const act = async (): Promise<string> => {
    await postJson<FaultRun>(`api/faults/${fault.name}`, target === '' ? {} : { target });
    again();
    return 'begun';
  };
  return (
    <li class="card">
      <h2>{fault.title}</h2>
      <p class="small">{fault.does}</p>
      <p class="small quiet">Watch: {fault.watch}</p>
      <div class="row">
        {fault.targets.length === 0 ? null : (
          <ChoiceField
            label={`Service for ${fault.title.toLowerCase()}`}
            value={target}
            choices={fault.targets.map((name) => [name, name] as const)}
            onValue={setTarget}
          />
        )}
        <ActionButton act={act} kind="danger" disabled={problem !== null}>
          {fault.title}
        </ActionButton>
      </div>
      {problem !== null && fault.problem !== null ? <p class="small quiet">{fault.problem}</p> : null}
    </li>
  );
}

function AfterIt({ verdict, isOver }: { verdict: FaultRun['verdict']; isOver: boolean }): VNode {
  if (verdict === null)
    return <span class="badge">{isOver ? 'waiting until it is quiet' : 'under way'}</span>;
  return (
    <span>
      <span class={`badge ${verdicts[verdict.state]}`}>
        {verdict.state === 'adds-up' ? 'adds up' : verdict.state}
      </span>{' '}
      <span class="small">{verdict.says}</span>
    </span>
  );
}
