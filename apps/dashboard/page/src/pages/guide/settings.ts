import type { ScenarioSummary } from '@millrace/guide/events';
import type { GuideListing } from '../../../../src/api/guide.ts';
import type { Route } from '../../ui/route.ts';

/** What a viewer chooses; it is what the link says. */
export interface Settings {
  /** The name of a backend. */
  readonly on: string;
  /** Another backend that plays the same, or null. */
  readonly beside: string | null;
  /** The scenario's parameters and the seed, as they were typed. */
  readonly values: Readonly<Record<string, string>>;
}

export const seedSpec = {
  name: 'seed',
  text: 'orders what the picture mixes',
  minimum: 0,
  maximum: 4_294_967_295,
} as const;

/** What the link says, else what its picture is drawn with, else the default. */
export function settingsFrom(
  { backends }: GuideListing,
  { parameters, ofPicture }: ScenarioSummary,
  { name: picture, query }: Route,
): Settings {
  const drawn = ofPicture?.[picture ?? ''];
  const given = parameters.map(({ name, default: standard }) => [
    name,
    query.get(name) ?? String(drawn?.[name] ?? standard),
  ]);
  return {
    on: query.get('on') ?? backends[0]?.name ?? 'embedded',
    beside: query.get('beside'),
    values: { ...Object.fromEntries(given), seed: query.get('seed') ?? '1' },
  };
}

/** The dashboard's own backend goes without saying. */
export function queryOf(
  { backends }: GuideListing,
  { on, beside, values }: Settings,
): Record<string, string> {
  return {
    ...values,
    ...(on === backends[0]?.name ? {} : { on }),
    ...(beside === null ? {} : { beside }),
  };
}

/** Why it cannot be played so; null when it can. */
export function refusalOf(
  listing: GuideListing,
  scenario: ScenarioSummary,
  { on, beside }: Settings,
): string | null {
  if (!listing.writable)
    return 'The guide stores records, and this dashboard changes nothing: DASHBOARD_WRITE=on allows it.';
  if (on === beside) return 'Choose two different backends to see the picture on both.';
  const refusals = [on, ...(beside === null ? [] : [beside])].map((name) =>
    refusalOn(listing, scenario, name),
  );
  return refusals.find((refusal) => refusal !== null) ?? null;
}

/** Why a backend cannot play it here; null when it can. */
export function refusalOn(
  { backends }: GuideListing,
  scenario: ScenarioSummary,
  name: string,
): string | null {
  const kind = backends.find((each) => each.name === name)?.kind;
  if (kind === undefined)
    return `This dashboard has no backend ${name}; GUIDE_BACKENDS, such as redis://127.0.0.1:6379,kafka://127.0.0.1:9092, names those that it has.`;
  if (!scenario.backends.includes(kind)) return scenario.cannot[kind] ?? `${kind} cannot play it.`;
  if (scenario.needs !== 'one server' && kind !== 'embedded')
    return `It starts servers of its own, and kills some; play it in a terminal: npm run guide -- ${scenario.id} --backend ${kind}`;
  return null;
}
