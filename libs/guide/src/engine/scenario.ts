import type { ScenarioSummary } from '../events.ts';
import type { Stage } from './stage.ts';

/** A picture of the book that runs. Plain data, and what it does on the stage of one run. */
export interface Scenario extends ScenarioSummary {
  /** Plays the steps and states its claims; they are checked once all steps are done. */
  readonly play: (stage: Stage) => Promise<void>;
}
