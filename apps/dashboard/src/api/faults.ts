import type { Verdict } from '../domain/audit/verdict.ts';

/** `GET /api/faults` */
export interface FaultBoard {
  /** Why nothing can be broken here; null where it can. */
  readonly problem: string | null;
  readonly faults: readonly FaultView[];
  readonly processes: readonly ProcessView[];
  /** The newest first. */
  readonly runs: readonly FaultRun[];
}

export interface FaultView {
  /** What it is done to. */
  readonly kind: 'process' | 'message' | 'backend';
  readonly name: string;
  readonly title: string;
  /** What it does, and what to watch meanwhile. */
  readonly does: string;
  readonly watch: string;
  /** The services it can be done to; empty when it is done to the shop as a whole. */
  readonly targets: readonly string[];
  /** Why it cannot be done here; null where it can. */
  readonly problem: string | null;
}

export interface ProcessView {
  readonly service: string;
  readonly pid: number;
  readonly state: 'running' | 'paused';
  /** Whether it was added here. */
  readonly extra: boolean;
}

export interface FaultRun {
  readonly id: number;
  readonly name: string;
  readonly title: string;
  readonly target: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly endedAt: number | null;
  /** What was done, or why it could not be. */
  readonly said: string;
  readonly failed: boolean;
  readonly effect: FaultEffect;
  /** What the auditor said once the shop was quiet again; null until then. */
  readonly verdict: { readonly state: Verdict['state']; readonly says: string; readonly at: number } | null;
}

/** What was seen of it in the figures; null what is not known. */
export interface FaultEffect {
  /** Over all groups of the shop. */
  readonly peakLag: number | null;
  readonly peakAgeMs: number | null;
  readonly fewestMembers: number | null;
  readonly mostMembers: number | null;
  readonly deadLetters: number;
  /** The longest time in which nothing new was seen to be stored, while the backend was away too. */
  readonly silentMs: number | null;
}
