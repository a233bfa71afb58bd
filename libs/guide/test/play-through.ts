import {
  findScenario,
  type GuideEvent,
  type PlayOptions,
  play,
  type Scenario,
  type Stage,
} from '@millrace/guide';

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

/** The numbers, from 1, of the claims that do not hold after the damage; all of them must hold before it. */
export async function noticedAfter(
  stage: Stage,
  damage: (stage: Stage) => Promise<void>,
): Promise<readonly number[]> {
  const before = await failing(stage);
  if (before.length > 0) throw new Error(`claims ${before.join()} did not hold before the damage`);
  await damage(stage);
  return failing(stage);
}

async function failing(stage: Stage): Promise<number[]> {
  const held = await Promise.all(
    stage.claims.map(({ check }) =>
      check().then(
        ({ holds }) => holds,
        () => false,
      ),
    ),
  );
  return held.flatMap((holds, index) => (holds ? [] : [index + 1]));
}

export function scenarioOf(id: string): Scenario {
  const scenario = findScenario(id);
  if (!scenario) throw new Error(`picture ${id} has no scenario`);
  return scenario;
}
