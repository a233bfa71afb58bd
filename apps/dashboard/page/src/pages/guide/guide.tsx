import './guide.css';
import type { ScenarioSummary } from '@millrace/guide/events';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { GuideListing } from '../../../../src/api/guide.ts';
import { useFetched } from '../../api/client.ts';
import { linkTo, type Route } from '../../ui/route.ts';
import { Problem, Shown } from '../../ui/states.tsx';
import { Choices } from './choices.tsx';
import { queryOf, settingsFrom } from './settings.ts';
import { RunStage } from './stage.tsx';
import { useRun } from './use-run.ts';

/** The pictures of the guide, played on a backend of this dashboard, or on two beside each other. */
export function GuidePage({ route }: { route: Route }): VNode {
  const listing = useFetched<GuideListing>('api/guide');
  return (
    <Shown of={listing}>
      {(read) => {
        const { name } = route;
        const named = name === null ? undefined : findPicture(read, name);
        const scenario = named ?? findPicture(read, '23') ?? read.pictures[0];
        if (!scenario) return <Problem says="There are no pictures." />;
        return (
          <>
            {name === null || named ? null : (
              <p class="notice warn">{`No scenario plays picture ${name}; this is picture ${scenario.id}.`}</p>
            )}
            <Player
              key={`${scenario.id} ${name} ${route.query}`}
              listing={read}
              scenario={scenario}
              route={route}
            />
          </>
        );
      }}
    </Shown>
  );
}

function Player({
  listing,
  scenario,
  route,
}: {
  listing: GuideListing;
  scenario: ScenarioSummary;
  route: Route;
}): VNode {
  const { run, moments, shown, controls } = useRun();
  const [settings, setSettings] = useState(() => settingsFrom(listing, scenario, route));
  const start = (): void => {
    const { on, beside } = settings;
    const query = queryOf(listing, settings);
    history.replaceState(null, '', linkTo('guide', scenario.id, query));
    controls.start(
      beside === null ? [on] : [on, beside],
      new URLSearchParams({ picture: scenario.id, ...query }),
    );
  };
  useKeys(controls.toggle, controls.move);
  return (
    <>
      <Choices
        listing={listing}
        scenario={scenario}
        settings={settings}
        hasPlayed={run.state !== 'none'}
        onPicture={(id) => {
          const { seed: _seed, ...where } = queryOf(listing, { ...settings, values: {} });
          location.hash = linkTo('guide', id, where);
        }}
        onSettings={setSettings}
        onPlay={start}
      />
      {run.problem === null ? null : <Problem says={run.problem} />}
      {run.state === 'none' ? null : (
        <RunStage
          run={run}
          moments={moments}
          shown={shown}
          controls={controls}
          leavesOut={scenario.leavesOut}
        />
      )}
    </>
  );
}

function findPicture({ pictures }: GuideListing, name: string): ScenarioSummary | undefined {
  return (
    pictures.find(({ id }) => id === name) ?? pictures.find(({ pictures: played }) => played.includes(name))
  );
}

/** Space, and the arrows to the left and right, wherever they have no other meaning. */
function useKeys(toggle: () => void, move: (by: number) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const at = event.target instanceof Element ? event.target : document.body;
      if (at.closest('input, select, textarea')) return;
      if (event.key === ' ' && !at.closest('button, a, summary')) toggle();
      else if (event.key === 'ArrowRight') move(1);
      else if (event.key === 'ArrowLeft') move(-1);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}
