import type { VNode } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Controls } from './controls.tsx';
import { Drawing } from './drawing.tsx';
import type { DrawingForm } from './layout.ts';
import { Beside, Figures } from './panels.tsx';
import { pictureAt } from './picture.ts';
import type { Run } from './use-run.ts';

/** The run at the moment that is shown: its picture, the controls, and what is said beside it; twice for two backends. */
export function RunStage({ run, moments, shown, controls, leavesOut }: Run & { leavesOut: string }): VNode {
  const narrow = useNarrow();
  const moment = moments[shown] ?? [];
  const pictures = useMemo(
    () => run.sides.map((events, side) => pictureAt(events, moment[side] ?? 0)),
    [run.sides, shown, moment.join()],
  );
  const isPair = run.backends.length > 1;
  const form: DrawingForm = narrow ? 'narrow' : isPair ? 'half' : 'wide';
  const buttons = (
    <Controls run={run} moments={moments} shown={shown} controls={controls} pictures={pictures} />
  );
  const drawn = pictures.map((picture, side) => {
    const backend = run.backends[side] ?? '';
    return (
      <section key={backend} class="panel" aria-label={isPair ? `The picture on ${backend}` : 'The picture'}>
        <header>
          {isPair ? <span class="badge">{backend}</span> : null}
          <h2>{picture.step?.title ?? 'It begins'}</h2>
          <span class="quiet small">{picture.step?.text ?? ''}</span>
        </header>
        <div class="body">
          <Drawing picture={picture} form={form} at={moment[side] ?? 0} backend={isPair ? backend : null} />
          {isPair ? null : buttons}
          <Figures picture={picture} backend={isPair ? backend : null} />
        </div>
      </section>
    );
  });
  const said = pictures.map((picture, side) => (
    <Beside
      key={run.backends[side]}
      events={run.sides[side] ?? []}
      at={moment[side] ?? 0}
      picture={picture}
      leavesOut={leavesOut}
      backend={isPair ? (run.backends[side] ?? '') : null}
    />
  ));
  return (
    <>
      {isPair ? (
        <section class="panel guide-together" aria-label="Both together">
          <div class="body">{buttons}</div>
        </section>
      ) : null}
      <div class={isPair ? 'guide-pair' : 'guide-stage'}>
        {drawn}
        {said}
      </div>
    </>
  );
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
