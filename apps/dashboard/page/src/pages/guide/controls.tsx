import type { VNode } from 'preact';
import type { DrawnConsumer } from './picture.ts';
import type { RunControls, RunState } from './use-run.ts';

const speeds = [0.5, 1, 2, 4, 16] as const;

/** Play, pause, one step on and back, speed, and a crash for each consumer that is a process. */
export function Controls({
  run,
  controls,
  consumers,
}: {
  run: RunState;
  controls: RunControls;
  consumers: readonly DrawnConsumer[];
}): VNode {
  const killable = consumers.filter(({ isProcess, state }) => isProcess && state === 'up');
  return (
    <div class="guide-controls">
      <div class="row">
        <button type="button" onClick={() => controls.move(-1)} disabled={run.at === 0}>
          Back
        </button>
        <button type="button" class="primary" onClick={controls.toggle}>
          {run.playing ? 'Pause' : 'Go on'}
        </button>
        <button type="button" onClick={() => controls.move(1)}>
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
        {run.state === 'running' ? (
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
          max={run.events.length}
          value={run.at}
          aria-valuetext={`event ${run.at} of ${run.events.length}`}
          onInput={({ currentTarget }) => controls.show(Number(currentTarget.value))}
        />
      </label>
      {run.state === 'running' && killable.length > 0 ? (
        <fieldset class="row guide-crash">
          <legend>Crash it</legend>
          {killable.map(({ name }) => (
            <button key={name} type="button" class="danger" onClick={() => controls.crash(name)}>
              {name}
            </button>
          ))}
        </fieldset>
      ) : null}
      <p class="quiet small">Space plays and pauses, the arrows go one step back and forward.</p>
    </div>
  );
}
