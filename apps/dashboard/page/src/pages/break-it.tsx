import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { FaultBoard, FaultRun, FaultView, ProcessView } from '../../../src/api/faults.ts';
import type { Snapshot } from '../../../src/api/snapshot.ts';
import type { Verdict } from '../../../src/domain/audit/verdict.ts';
import { postJson, useFetched } from '../api/client.ts';
import { ActionButton } from '../ui/action.tsx';
import { type Column, DataTable, Panel } from '../ui/data-table.tsx';
import { ChoiceField } from '../ui/fields.tsx';
import { Amount, Duration, Moment } from '../ui/format.tsx';
import { linkTo } from '../ui/route.ts';
import { Shown } from '../ui/states.tsx';

const kinds: readonly (readonly [FaultView['kind'], string])[] = [
  ['process', 'Processes that fail'],
  ['message', 'Messages that nobody expects'],
  ['backend', 'A backend that is away'],
];

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
  {
    title: 'Auditor after it',
    cell: ({ verdict, endedAt }) => <AfterIt verdict={verdict} isOver={endedAt !== null} />,
    left: true,
  },
  { title: 'Lag up to', cell: ({ effect }) => <Amount value={effect.peakLag} /> },
  { title: 'Oldest', cell: ({ effect }) => <Duration ms={effect.peakAgeMs} /> },
  { title: 'Nothing stored for', cell: ({ effect }) => <Duration ms={effect.silentMs} /> },
  { title: 'Members', cell: ({ effect }) => <Members effect={effect} /> },
  { title: 'Dead letters', cell: ({ effect }) => <Amount value={effect.deadLetters} /> },
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
export function BreakItPage({ snapshot }: { snapshot: Snapshot }): VNode {
  const board = useFetched<FaultBoard>('api/faults', 1_000);
  return (
    <Shown of={board}>
      {({ problem, faults, processes, runs }) => (
        <>
          {problem === null ? null : <p class="notice warn">{problem}</p>}
          <VerdictLine verdict={snapshot.shop?.verdict} />
          <Panel title="What was broken">
            <div class="runs">
              <DataTable
                label="What was broken"
                columns={runColumns}
                rows={runs}
                keyOf={({ id }) => String(id)}
                empty="Nothing yet. Choose a fault below, watch the shop, and see whether it still adds up."
              />
            </div>
          </Panel>
          {kinds.map(([kind, heading]) => (
            <section key={kind} class="faults" aria-labelledby={`faults-${kind}`}>
              <h2 id={`faults-${kind}`}>{heading}</h2>
              <ul class="cards">
                {faults
                  .filter((fault) => fault.kind === kind)
                  .map((fault) => (
                    <FaultCard
                      key={fault.name}
                      fault={fault}
                      problem={problem ?? fault.problem}
                      again={board.again}
                    />
                  ))}
              </ul>
            </section>
          ))}
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

/** What the auditor says now, so that it is seen beside the fault that was just made. */
function VerdictLine({ verdict }: { verdict: Verdict | undefined }): VNode | null {
  if (!verdict) return null;
  return (
    <p class={`notice row ${verdicts[verdict.state]}`}>
      <strong>{verdict.says}</strong>
      <span class="small">the auditor, since {new Date(verdict.since).toLocaleTimeString('en-GB')}</span>
      <span class="spring" />
      <a class="small" href={linkTo('shop')}>
        See it in the picture
      </a>
    </p>
  );
}

/** Fewest and most that were seen. */
function Members({ effect: { fewestMembers, mostMembers } }: Pick<FaultRun, 'effect'>): VNode {
  if (fewestMembers === null || mostMembers === null || fewestMembers === mostMembers)
    return <Amount value={fewestMembers} />;
  return <span class="number">{`${fewestMembers}–${mostMembers}`}</span>;
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
      <h3>{fault.title}</h3>
      <p class="small">{fault.does}</p>
      <p class="small quiet">Watch: {fault.watch}</p>
      <div class="row">
        {fault.targets.length === 0 ? null : (
          <ChoiceField
            label="Service"
            hint={` for ${fault.title.toLowerCase()}`}
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
  if (verdict === null) return <span class="badge">{isOver ? 'waits for quiet' : 'under way'}</span>;
  return (
    <span>
      <span class={`badge ${verdicts[verdict.state]}`}>
        {verdict.state === 'adds-up' ? 'adds up' : verdict.state}
      </span>{' '}
      {verdict.state === 'adds-up' ? null : <span class="small">{verdict.says}</span>}
    </span>
  );
}
