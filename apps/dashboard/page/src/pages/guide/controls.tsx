import type { VNode } from 'preact';
import type { Picture } from './picture.ts';
import type { Run } from './use-run.ts';

const speeds = [0.5, 1, 2, 4, 16] as const;

/** Play, pause, one step on and back, speed, and a crash for each consumer that is a process. */
export function Controls({
  run,
  moments,
  shown,
  controls,
  pictures,
}: Run & { pictures: readonly Picture[] }): VNode {
  const isPair = run.backends.length > 1;
  const isRunning = run.state === 'running';
  const last = moments.length - 1;
  const killable = pictures.flatMap(({ consumers }, side) =>
    consumers.flatMap(({ name, isProcess, state }) =>
      isProcess && state === 'up'
        ? [{ name, side, text: isPair ? `${name} on ${run.backends[side]}` : name }]
        : [],
    ),
  );
  return (
    <div class="guide-controls">
      <div class="row">
        <button type="button" onClick={() => controls.move(-1)} disabled={shown === 0}>
          Back
        </button>
        <button
          type="button"
          class="primary"
          onClick={controls.toggle}
          disabled={!isRunning && shown === last}
        >
          {run.playing ? 'Pause' : 'Go on'}
        </button>
        <button type="button" onClick={() => controls.move(1)} disabled={!isRunning && shown === last}>
          Forward
        </button>
        <label class="field inline">
          Speed
          <select
            value={String(run.speed)}
            onChange={({ currentTarget }) => controls.faster(Number(currentTarget.value))}
          >
            {speeds.map((speed) => (
              <option key={speed} value={String(speed)}>{`${speed} ×`}</option>
            ))}
          </select>
        </label>
        {isRunning ? (
          <button type="button" onClick={controls.stop}>
            End it
          </button>
        ) : null}
      </div>
      <label class="field">
        <span class="hidden">Moment</span>
        <input
          type="range"
          min={0}
          max={last}
          value={shown}
          aria-valuetext={`moment ${shown} of ${last}`}
          onInput={({ currentTarget }) => controls.show(Number(currentTarget.value))}
        />
      </label>
      {isRunning && killable.length > 0 ? (
        <fieldset class="row guide-crash">
          <legend>Crash it</legend>
          {killable.map(({ name, side, text }) => (
            <button key={text} type="button" class="danger" onClick={() => controls.crash(name, side)}>
              {text}
            </button>
          ))}
        </fieldset>
      ) : null}
      <p class="quiet small guide-hint">
        Space plays and pauses, the arrows go one step back and forward
        {isPair ? '; on both backends, in the same step of the picture' : ''}.
      </p>
    </div>
  );
}
