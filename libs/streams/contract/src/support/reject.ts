import { Rejected } from '@millrace/streams';

export const rejectedIds: ReadonlySet<string> = new Set(['k0-1', 'k2-2', 'k3-4']);

/** A handler's part that never accepts these three. */
export function reject({ value: { id } }: { readonly value: { readonly id: string } }): void {
  if (rejectedIds.has(id)) throw new Rejected(`never that one: ${id}`);
}
