import { type GuideEvent, type PlayOptions, play, type Scenario } from '@millrace/guide';

export interface Played {
  readonly events: readonly GuideEvent[];
  readonly failed: readonly string[];
  readonly claims: readonly string[];
}

export async function playThrough(scenario: Scenario, options: PlayOptions = {}): Promise<Played> {
  const events: GuideEvent[] = [];
  for await (const event of play(scenario, options)) events.push(event);
  const claims = events.flatMap((event) => (event.kind === 'claim-checked' ? [event.claim] : []));
  return {
    events,
    claims: claims.map(({ text }) => text),
    failed: claims.filter(({ holds }) => !holds).map(({ text, evidence }) => `${text}: ${evidence}`),
  };
}
