import { assertName } from './topic.ts';

declare const valueType: unique symbol;

/** A keyed store of a group: one value per key and partition, changed only in the group's atomic commits. */
export interface Store<Value> {
  readonly name: string;
  /** Carries the type of the values; never present at run time. */
  readonly [valueType]?: Value;
}

/** Declares a keyed store. Values must survive JSON. */
export function store<Value>(name: string): Store<Value> {
  assertName('store', name);
  return { name };
}
