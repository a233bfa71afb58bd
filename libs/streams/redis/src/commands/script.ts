import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Argument } from '../entries/entry.ts';
import { hasCode } from '../errors.ts';

/** What the driver needs of a client; single, Sentinel and Cluster clients have it. */
export interface Connection {
  call(command: string, args: (string | Buffer | number)[]): Promise<unknown>;
  callBuffer(command: string, args: (string | Buffer | number)[]): Promise<unknown>;
}

/** A Lua script of `commands/`, one atomic step. */
export interface Script {
  readonly name: string;
  readonly text: string;
  readonly hash: string;
}

/** The scripts lie beside this file; the published package has those too. */
const folder = new URL(import.meta.url.endsWith('.ts') ? './' : '../../src/commands/', import.meta.url);

/**
 * A line `--- include NAME` stands for the file `commands/includes/NAME.lua`. A script that gives memory back, or without
 * which none can be given back (leases, positions), runs `also-when-full`: beyond the server's `maxmemory`.
 */
export function loadScript(name: string, memory?: 'also-when-full'): Script {
  const body = readCommand(name).replace(/^--- include (\w+)$/gm, (_, part) =>
    readCommand(`includes/${part}`),
  );
  const text = memory === 'also-when-full' ? `#!lua flags=allow-oom\n${body}` : body;
  return { name, text, hash: createHash('sha1').update(text).digest('hex') };
}

function readCommand(name: string): string {
  return readFileSync(fileURLToPath(new URL(`${name}.lua`, folder)), 'utf8');
}

/** Runs a script by its hash; a server that forgot it (restart, failover, SCRIPT FLUSH) is sent the text. */
export async function runScript(
  connection: Connection,
  script: Script,
  keys: readonly string[],
  args: readonly Argument[],
): Promise<unknown> {
  return await evaluated(script, keys, args, (command, evaluation) => connection.call(command, evaluation));
}

/** The same for replies that hold bytes. */
export async function runScriptForBytes(
  connection: Connection,
  script: Script,
  keys: readonly string[],
  args: readonly Argument[],
): Promise<unknown> {
  return await evaluated(script, keys, args, (command, evaluation) =>
    connection.callBuffer(command, evaluation),
  );
}

async function evaluated(
  script: Script,
  keys: readonly string[],
  args: readonly Argument[],
  call: (command: 'EVALSHA' | 'EVAL', evaluation: (Argument | number)[]) => Promise<unknown>,
): Promise<unknown> {
  try {
    return await call('EVALSHA', evaluation(script.hash, keys, args));
  } catch (error) {
    if (!hasCode(error, 'NOSCRIPT')) throw error;
    return await call('EVAL', evaluation(script.text, keys, args));
  }
}

function evaluation(
  script: string,
  keys: readonly string[],
  args: readonly Argument[],
): (Argument | number)[] {
  const head: (Argument | number)[] = [script, keys.length, ...keys];
  return head.concat(args);
}
