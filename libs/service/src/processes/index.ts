export { dataDirProblem } from '../config/data-dir.ts';
export { workspaceRoot } from '../config/workspace-root.ts';
export { onStopSignal } from '../lifecycle/stop-signal.ts';
export { watchAncestors } from '../lifecycle/watch-ancestors.ts';
export { logTail } from './log-tail.ts';
export type { ServiceSpec } from './service-process.ts';
export { servingSettings } from './serving-settings.ts';
export { ServiceFailed, SupervisedService } from './supervised-service.ts';
