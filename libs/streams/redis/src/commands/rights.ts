import { StreamsError } from '@millrace/streams';
import { hasCode } from '../errors.ts';
import { type Connection, loadScript, runScript } from './script.ts';

const script = loadScript('rights');
const readableScript = loadScript('readable');
const anyKey = 'millrace:{P0}:rights';

/** Every command that the driver sends or that its scripts call, now or some day; a subcommand after a `|`. */
const commands: readonly string[] = [
  ...['del', 'type', 'unlink', 'time', 'wait'],
  ...['hdel', 'hexists', 'hget', 'hgetall', 'hincrby', 'hkeys', 'hmget', 'hrandfield', 'hset', 'hsetnx'],
  ...['sadd', 'scard', 'smismember', 'zadd', 'zcount', 'zrange', 'zrangebyscore', 'zrem'],
  ...[
    'xack',
    'xadd',
    'xautoclaim',
    'xclaim',
    'xdel',
    'xlen',
    'xpending',
    'xrange',
    'xread',
    'xreadgroup',
    'xrevrange',
  ],
  ...['xtrim', 'xgroup|create', 'xgroup|delconsumer', 'xgroup|destroy', 'xgroup|setid'],
  ...['xinfo|consumers', 'xinfo|groups', 'xinfo|stream'],
];

/**
 * Refuses a login that lacks a command before the first message, not in the middle of the work when the command is needed
 * for the first time. UNAUTHORIZED, with the rights to grant.
 */
export async function checkRights(connection: Connection): Promise<void> {
  const missing = await missingCommands(connection);
  if (missing.length === 0) return;
  throw new StreamsError(
    'UNAUTHORIZED',
    `Redis: this user lacks commands that streams need, or the keys millrace:*; grant it: ~millrace:* ${missing.map((name) => `+${name}`).join(' ')}`,
  );
}

async function missingCommands(connection: Connection): Promise<readonly string[]> {
  try {
    return (await runScript(connection, script, [anyKey], commands)) as string[];
  } catch (cause) {
    if (!hasCode(cause, 'NOPERM') || !/\bkeys\b/.test(String(cause))) throw cause;
    throw new StreamsError(
      'UNAUTHORIZED',
      'Redis: this user may not use the keys millrace:*, where it is kept which topics and groups there are; grant it: ~millrace:*',
      { cause },
    );
  }
}

/** Those of the streams that this user may read. */
export async function readableStreams(connection: Connection, streams: readonly string[]): Promise<string[]> {
  return (await runScript(connection, readableScript, [anyKey], streams)) as string[];
}
