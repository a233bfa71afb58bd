import { type Context, context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

const contexts = new AsyncLocalStorageContextManager();
let inCharge = false;

/** From here on OpenTelemetry's API finds the active context, unless another manager was in charge before. */
export function manageContexts(): void {
  inCharge ||= context.setGlobalContextManager(contexts.enable());
}

/** As the API says, where no other manager is in charge, and sooner. */
export function activeContext(): Context {
  return contexts.active();
}

/**
 * Makes this the active context of whatever the caller still does and starts, without a way back: for one that is as good
 * as what it takes the place of. False where another manager is in charge.
 */
export function stayIn(place: Context): boolean {
  if (inCharge) contexts.attach(place);
  return inCharge;
}
