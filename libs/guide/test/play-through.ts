import {
  findScenario,
  type GuideEvent,
  type PlayOptions,
  play,
  type Scenario,
  type Stage,
  scenarios,
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

/** Services that are on their own, and figures of memory: no seed decides these. */
const ofChance: readonly string[] = ['1', '8'];

/** Those that `claims-can-fail.int` plays twice with the first seed on the embedded log. */
export const toldTwice: readonly Scenario[] = scenarios.filter(
  ({ id, backends }) => backends.includes('embedded') && !ofChance.includes(id),
);

export function scenarioOf(id: string): Scenario {
  const scenario = findScenario(id);
  if (!scenario) throw new Error(`picture ${id} has no scenario`);
  return scenario;
}
