import type { ScenarioSummary } from '@millrace/guide/events';
import type { VNode } from 'preact';
import type { GuideListing } from '../../../../src/api/guide.ts';
import { refusalOf, refusalOn, type Settings, seedSpec } from './settings.ts';

export interface ChoicesProps {
  readonly listing: GuideListing;
  readonly scenario: ScenarioSummary;
  readonly settings: Settings;
  readonly hasPlayed: boolean;
  onPicture(id: string): void;
  onSettings(settings: Settings): void;
  onPlay(): void;
}

/** Which picture, on which backends, and its numbers. */
export function Choices({
  listing,
  scenario,
  settings,
  hasPlayed,
  onPicture,
  onSettings,
  onPlay,
}: ChoicesProps): VNode {
  const refusal = refusalOf(listing, scenario, settings);
  const canPlay = (name: string): boolean => refusalOn(listing, scenario, name) === null;
  const others = listing.backends.filter(({ name }) => name !== settings.on);
  return (
    <section class="panel" aria-labelledby="guide-title">
      <header>
        <label class="field guide-choice">
          Picture
          <select value={scenario.id} onChange={({ currentTarget }) => onPicture(currentTarget.value)}>
            {listing.pictures.map(({ id, title }) => (
              <option key={id} value={id}>
                {`${id}  ${title}`}
              </option>
            ))}
          </select>
        </label>
        <span class="spring" />
        <label class="field guide-choice">
          On
          <select
            value={settings.on}
            onChange={({ currentTarget }) => onSettings({ ...settings, on: currentTarget.value })}
          >
            {listing.backends.map(({ name }) => (
              <option key={name} value={name}>
                {canPlay(name) ? name : `${name} (cannot)`}
              </option>
            ))}
          </select>
        </label>
        <label class="field guide-choice">
          Beside
          <select
            value={settings.beside ?? ''}
            onChange={({ currentTarget }) =>
              onSettings({ ...settings, beside: currentTarget.value === '' ? null : currentTarget.value })
            }
          >
            <option value="">nothing</option>
            {others.map(({ name }) => (
              <option key={name} value={name}>
                {canPlay(name) ? name : `${name} (cannot)`}
              </option>
            ))}
          </select>
        </label>
      </header>
      <div class="body guide-intro">
        <h2 id="guide-title">{scenario.title}</h2>
        <p>{scenario.text}</p>
        {refusal === null ? (
          <form
            class="fields"
            onSubmit={(event) => {
              event.preventDefault();
              onPlay();
            }}
          >
            {[...scenario.parameters, seedSpec].map(({ name, text, minimum, maximum }) => (
              <label key={name} class="field" title={`${text}, ${minimum} to ${maximum}`}>
                {name}
                <input
                  type="number"
                  required
                  min={minimum}
                  max={maximum}
                  value={settings.values[name]}
                  onInput={({ currentTarget }) =>
                    onSettings({ ...settings, values: { ...settings.values, [name]: currentTarget.value } })
                  }
                />
              </label>
            ))}
            <button type="submit" class="primary">
              {hasPlayed ? 'Play again' : 'Play'}
            </button>
          </form>
        ) : (
          <p class="notice warn">{refusal}</p>
        )}
      </div>
    </section>
  );
}
