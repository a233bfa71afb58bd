export { findScenario, scenarios } from './catalog.ts';
export { GuideError } from './engine/guide-error.ts';
export { readParameters } from './engine/parameters.ts';
export { backendKind } from './engine/place.ts';
export { type PlayOptions, play } from './engine/play.ts';
export type { Scenario } from './engine/scenario.ts';
export type { GuideServers, OwnServers, ServerNode } from './engine/servers.ts';
export type { Holding, Stage, StatedClaim } from './engine/stage.ts';
export type * from './events.ts';
