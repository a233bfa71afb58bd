import './guide.css';
import type { ScenarioSummary } from '@millrace/guide/events';
import type { VNode } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { GuideListing } from '../../../../src/api/guide.ts';
import { linkTo, type Route } from '../../ui/route.ts';
import { Loading, Problem } from '../../ui/states.tsx';
import { Controls } from './controls.tsx';
import { Drawing } from './drawing.tsx';
import { Beside, Figures } from './panels.tsx';
import { pictureAt } from './picture.ts';
import { useRun } from './use-run.ts';

/** The pictures of the guide, played on the backend of this dashboard. */
export function GuidePage({ route }: { route: Route }): VNode {
  const [listing, setListing] = useState<GuideListing | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    fetch('api/guide')
      .then(async (response) => setListing(await response.json()))
      .catch(() => setError('The pictures cannot be read.'));
  }, []);
  if (error !== null) return <Problem says={error} />;
  if (!listing) return <Loading />;
  const chosen =
    listing.pictures.find(({ id }) => id === route.name) ??
    listing.pictures.find(({ pictures }) => pictures.includes(route.name ?? '')) ??
    listing.pictures.find(({ id }) => id === '23') ??
    listing.pictures[0];
  if (!chosen) return <Problem says="There are no pictures." />;
  return <Player key={`${chosen.id} ${route.name}`} listing={listing} scenario={chosen} route={route} />;
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
  const [run, controls] = useRun();
  const narrow = useNarrow();
  const [values, setValues] = useState(() => valuesFrom(scenario, route));
  const picture = useMemo(() => pictureAt(run.events, run.at), [run.events, run.at]);
  const refusal = refusalOf(listing, scenario);
  const start = (): void => {
    history.replaceState(null, '', linkTo('guide', scenario.id, values));
    controls.start(new URLSearchParams({ picture: scenario.id, ...values }));
  };
  useKeys(controls.toggle, controls.move);
  return (
    <>
      <section class="panel" aria-labelledby="guide-title">
        <header>
          <label class="field guide-choice">
            Picture
            <select
              value={scenario.id}
              onChange={({ currentTarget }) => {
                location.hash = linkTo('guide', currentTarget.value);
              }}
            >
              {listing.pictures.map(({ id, title }) => (
                <option key={id} value={id}>
                  {`${id}  ${title}`}
                </option>
              ))}
            </select>
          </label>
          <span class="spring" />
          <span class="badge">{`on ${listing.backend}`}</span>
        </header>
        <div class="body guide-intro">
          <h2 id="guide-title">{scenario.title}</h2>
          <p>{scenario.text}</p>
          {refusal === null ? (
            <form
              class="fields"
              onSubmit={(event) => {
                event.preventDefault();
                start();
              }}
            >
              {[...scenario.parameters, seed].map(({ name, text, minimum, maximum }) => (
                <label key={name} class="field" title={text}>
                  {name}
                  <input
                    type="number"
                    required
                    min={minimum}
                    max={maximum}
                    value={values[name]}
                    onInput={({ currentTarget }) => setValues({ ...values, [name]: currentTarget.value })}
                  />
                </label>
              ))}
              <button type="submit" class="primary">
                {run.state === 'none' ? 'Play' : 'Play again'}
              </button>
            </form>
          ) : (
            <p class="notice warn">{refusal}</p>
          )}
        </div>
      </section>
      {run.problem === null ? null : <Problem says={run.problem} />}
      {run.state === 'none' ? null : (
        <div class="guide-stage">
          <section class="panel" aria-label="The picture">
            <header>
              <h2>{picture.step?.title ?? 'It begins'}</h2>
              <span class="quiet small">{picture.step?.text ?? ''}</span>
            </header>
            <div class="body">
              <Drawing picture={picture} narrow={narrow} at={run.at} />
              <Controls run={run} controls={controls} consumers={picture.consumers} />
              <Figures picture={picture} />
            </div>
          </section>
          <Beside events={run.events} at={run.at} picture={picture} leavesOut={scenario.leavesOut} />
        </div>
      )}
    </>
  );
}

const seed = { name: 'seed', text: 'orders what the picture mixes', minimum: 0, maximum: 1_000_000 };

/** What the link says, else what its picture is drawn with, else the default. */
function valuesFrom(
  { parameters, ofPicture }: ScenarioSummary,
  { name: picture, query }: Route,
): Record<string, string> {
  const drawn = ofPicture?.[picture ?? ''];
  const given = parameters.map(({ name, default: standard }) => [
    name,
    query.get(name) ?? String(drawn?.[name] ?? standard),
  ]);
  return { ...Object.fromEntries(given), seed: query.get('seed') ?? '1' };
}

/** Why it cannot be played here. */
function refusalOf({ backend, writable }: GuideListing, scenario: ScenarioSummary): string | null {
  if (!scenario.backends.includes(backend)) return scenario.cannot[backend] ?? `${backend} cannot play it.`;
  if (!writable)
    return 'The guide stores records, and this dashboard changes nothing: DASHBOARD_WRITE=on allows it.';
  if (scenario.needs !== 'one server' && backend !== 'embedded')
    return `It starts servers of its own, and kills some; play it in a terminal: npm run guide -- ${scenario.id} --backend ${backend}`;
  return null;
}

function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia('(max-width: 760px)').matches);
  useEffect(() => {
    const query = matchMedia('(max-width: 760px)');
    const follow = (): void => setNarrow(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  return narrow;
}

/** Space, and the arrows to the left and right, wherever nothing is typed. */
function useKeys(toggle: () => void, move: (by: number) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.target instanceof Element && event.target.closest('input, select, textarea, button, a'))
        return;
      if (event.key === ' ') toggle();
      else if (event.key === 'ArrowRight') move(1);
      else if (event.key === 'ArrowLeft') move(-1);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}
