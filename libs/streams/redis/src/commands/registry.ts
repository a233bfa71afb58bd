import { type Connection, loadScript, runScript } from './script.ts';

const storeEntryScript = loadScript('store-entry', 'also-when-full');
const createGroupScript = loadScript('create-group', 'also-when-full');

export interface RegistryEntry {
  /** The key of the registry. */
  readonly registry: string;
  readonly name: string;
  readonly entry: object;
  readonly keepExisting: boolean;
}

/** False when the entry was there and is to be kept. */
export async function storeEntry(
  connection: Connection,
  { registry, name, entry, keepExisting }: RegistryEntry,
): Promise<boolean> {
  const args = [name, JSON.stringify(entry), keepExisting ? '1' : '0'];
  return (await runScript(connection, storeEntryScript, [registry], args)) === 1;
}

/** Makes a native consumer group that begins after the id, and its stream; false when it was there. */
export async function createGroup(
  connection: Connection,
  { stream, group, id }: { readonly stream: string; readonly group: string; readonly id: string },
): Promise<boolean> {
  return (await runScript(connection, createGroupScript, [stream], [group, id])) === 1;
}
