/** Marks the file as a log of this library, for \`file\` and for openers (PRAGMA application_id; "MILR"). */
export const applicationId = 0x4d494c52;

/** How many offsets a partition has: a batch row's key is `partition id * offsetSpace + first offset`. */
export const offsetSpace: bigint = 2n ** 40n;

/**
 * Each entry brings a file from the version of its index to the next (PRAGMA user_version). Released entries never
 * change; a change of the schema is a new entry.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE topics (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    retention TEXT NOT NULL,
    settings TEXT NOT NULL
  ) STRICT;

  -- first: the oldest offset kept. next: the offset of the next record. time: the largest timestamp so far.
  CREATE TABLE partitions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    topic INTEGER NOT NULL,
    number INTEGER NOT NULL,
    first INTEGER NOT NULL DEFAULT 0,
    next INTEGER NOT NULL DEFAULT 0,
    time INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic, number)
  ) STRICT;

  -- id: partition id * 2^40 + offset of the first record. time: the partition's largest timestamp up to here.
  -- stored: wall clock, milliseconds. crc: CRC-32 of body. body: the records, see record-format.ts.
  CREATE TABLE batches (
    id INTEGER PRIMARY KEY,
    records INTEGER NOT NULL CHECK (records BETWEEN 1 AND 1000000),
    time INTEGER NOT NULL CHECK (time BETWEEN 0 AND 9007199254740991),
    stored INTEGER NOT NULL CHECK (stored BETWEEN 0 AND 9007199254740991),
    crc INTEGER NOT NULL CHECK (crc BETWEEN 0 AND 4294967295),
    body BLOB NOT NULL
  ) STRICT;

  -- Partitions of deleted topics whose batches are still to be removed.
  CREATE TABLE garbage (partition INTEGER PRIMARY KEY) STRICT;

  CREATE TABLE producers (
    partition INTEGER NOT NULL,
    producer TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (partition, producer)
  ) STRICT, WITHOUT ROWID;

  -- version: grows with every change of members or assignment.
  CREATE TABLE groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    mode TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE members (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    grp INTEGER NOT NULL,
    name TEXT NOT NULL,
    topics TEXT NOT NULL,
    leaving INTEGER NOT NULL DEFAULT 0,
    duration INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    UNIQUE (grp, name)
  ) STRICT;

  -- next: the first offset that is not settled (competing: not yet handed out). start: next when the group began.
  -- handed: the offset after the last one known to be handed out. careful: up to here one record at a time.
  CREATE TABLE positions (
    grp INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    start INTEGER NOT NULL,
    next INTEGER NOT NULL,
    handed INTEGER NOT NULL,
    handed_at INTEGER NOT NULL DEFAULT 0,
    careful INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (grp, partition)
  ) STRICT, WITHOUT ROWID;

  -- owner and token are null once released. expires: shared monotonic clock. until: the same by the wall clock.
  CREATE TABLE leases (
    grp INTEGER NOT NULL,
    number INTEGER NOT NULL,
    epoch INTEGER NOT NULL DEFAULT 0,
    assigned TEXT,
    owner TEXT,
    token TEXT,
    duration INTEGER NOT NULL DEFAULT 0,
    expires INTEGER NOT NULL DEFAULT 0,
    until INTEGER NOT NULL DEFAULT 0,
    handout INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (grp, number)
  ) STRICT, WITHOUT ROWID;

  -- Tries begun of records that failed or were handed out carefully.
  CREATE TABLE attempts (
    grp INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (grp, partition, sequence)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE stores (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    grp INTEGER NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (grp, number, name)
  ) STRICT;

  CREATE TABLE state (
    store INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (store, key)
  ) STRICT, WITHOUT ROWID;

  -- One row a step: the dedupe ids it remembered, as a JSON list; total: how many ids up to and with this row.
  CREATE TABLE seen (
    grp INTEGER NOT NULL,
    number INTEGER NOT NULL,
    total INTEGER NOT NULL,
    ids TEXT NOT NULL,
    PRIMARY KEY (grp, number, total)
  ) STRICT, WITHOUT ROWID;

  -- Competing groups: handed out and not settled. taken 0: given back, to anyone or (owner not null) to that member.
  -- deliveries: tries begun. failed: tries known to have ended without success. token: new at each hand-out.
  -- suspect 1: a member vanished with it in hand, so from then on it is handed out by itself.
  CREATE TABLE claims (
    grp INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    owner TEXT,
    taken INTEGER NOT NULL,
    token INTEGER NOT NULL,
    deliveries INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    since INTEGER NOT NULL,
    suspect INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (grp, partition, sequence)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX claims_given_back ON claims (grp, partition, sequence) WHERE taken = 0;
  `,
];
