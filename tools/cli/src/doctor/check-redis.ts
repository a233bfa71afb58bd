import { type Finding, fault, note, ok } from './finding.ts';
import type { RedisFacts } from './redis-facts.ts';

const leastMajor = 7;

/** What the settings of a server do to streams. */
export function checkRedis(facts: RedisFacts): Finding[] {
  return [checkVersion(facts), ...checkSettings(facts), ...checkLastWrite(facts), ...checkReplicas(facts)];
}

function checkVersion({ version, address }: RedisFacts): Finding {
  return Number.parseInt(version, 10) >= leastMajor
    ? ok('version', `${address} runs ${version}`)
    : fault('version', `${address} runs ${version}`, `run Redis ${leastMajor} or later, or Valkey`);
}

function checkSettings({ settings, address, usedBytes }: RedisFacts): Finding[] {
  if (!settings)
    return [
      note(
        'settings',
        `${address} does not show its settings to this user`,
        'run the doctor as a user who may run CONFIG GET',
      ),
    ];
  return [...checkMemory(settings, usedBytes), ...checkPersistence(settings)];
}

function checkMemory(settings: Readonly<Record<string, string>>, usedBytes: number): Finding[] {
  const policy = settings['maxmemory-policy'] ?? 'noeviction';
  const most = Number(settings['maxmemory'] ?? 0);
  const memory: Finding[] = [];
  if (policy !== 'noeviction') {
    memory.push(
      fault(
        'eviction',
        `maxmemory-policy is ${policy}: when memory is full, ${policy.startsWith('allkeys') ? 'whole streams and groups are' : 'keys with an expiry, such as leases, are'} deleted`,
        'CONFIG SET maxmemory-policy noeviction, and in redis.conf',
      ),
    );
  } else memory.push(ok('eviction', 'maxmemory-policy is noeviction'));
  if (most > 0 && usedBytes > most * 0.8)
    memory.push(
      fault(
        'memory',
        `${Math.round((usedBytes / most) * 100)} % of maxmemory is used: when it is full, nothing can be stored`,
        'raise maxmemory, or trim topics (streams topics trim)',
      ),
    );
  return memory;
}

function checkPersistence(settings: Readonly<Record<string, string>>): Finding[] {
  if (settings['appendonly'] !== 'yes') {
    return [
      fault(
        'persistence',
        'appendonly is no: a restart loses what was stored since the last snapshot',
        'CONFIG SET appendonly yes, and in redis.conf',
      ),
    ];
  }
  const fsync = settings['appendfsync'] ?? 'everysec';
  if (fsync === 'no')
    return [
      fault(
        'persistence',
        'appendfsync is no: a power cut loses what the system has not written',
        'CONFIG SET appendfsync everysec (or always), and in redis.conf',
      ),
    ];
  return [
    ok(
      'persistence',
      `appendonly is yes, appendfsync ${fsync}${fsync === 'everysec' ? ': a power cut may lose a second' : ''}`,
    ),
  ];
}

function checkLastWrite({ lastWriteFailed, address }: RedisFacts): Finding[] {
  return lastWriteFailed
    ? [
        fault(
          'disk',
          `${address} could not write its append-only file`,
          'look for a full or broken disk in its log',
        ),
      ]
    : [];
}

function checkReplicas({ settings, replicas }: RedisFacts): Finding[] {
  const wanted = Number(settings?.['min-replicas-to-write'] ?? 0);
  if (replicas < wanted)
    return [
      fault(
        'replicas',
        `min-replicas-to-write is ${wanted} and ${replicas} are connected: nothing can be stored`,
        'start the replicas that are missing, or CONFIG SET min-replicas-to-write to fewer, and in redis.conf',
      ),
    ];
  if (replicas === 0)
    return [
      note(
        'replicas',
        'there is no replica: a lost disk is lost data',
        'add a replica in production, or accept it',
      ),
    ];
  if (wanted === 0) return [ok('replicas', `${replicas} connected; acks all waits for one of them`)];
  return [ok('replicas', `${replicas} connected, min-replicas-to-write is ${wanted}`)];
}
