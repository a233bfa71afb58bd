/** A metric as it is declared once: what a scrape calls it, what it means, and by what it is told apart. */
export interface MetricDeclaration {
  /** In a scrape every dot is an underscore, and a counter ends in `_total`. */
  readonly name: string;
  readonly description: string;
  /** Each takes few values, all of which the code or the configuration decides: never an id, a key or a person. */
  readonly labels: readonly string[];
}

export interface HistogramDeclaration extends MetricDeclaration {
  /** Upper bounds of the buckets. */
  readonly buckets: readonly number[];
}

// Every metric that the project exports; a test holds the code to these lists.

export type CounterName =
  | 'published'
  | 'outputs'
  | 'handled'
  | 'settled'
  | 'redelivered'
  | 'failed'
  | 'deadLettered'
  | 'deduplicated'
  | 'troubles'
  | 'leaseEvents'
  | 'rebalances'
  | 'processorTime';

export const counters: Readonly<Record<CounterName, MetricDeclaration>> = {
  published: {
    name: 'streams.messages.published',
    description: 'Records stored by publishing',
    labels: ['topic'],
  },
  outputs: {
    name: 'streams.outputs',
    description: 'Records stored by commits',
    labels: ['group'],
  },
  handled: {
    name: 'streams.messages.handled',
    description: 'Messages that handlers dealt with',
    labels: ['group', 'topic'],
  },
  settled: {
    name: 'streams.messages.settled',
    description: 'Messages settled by commits',
    labels: ['group'],
  },
  redelivered: {
    name: 'streams.messages.redelivered',
    description: 'Messages delivered again',
    labels: ['group'],
  },
  failed: {
    name: 'streams.handler.failures',
    description: 'Attempts that failed',
    labels: ['group', 'code'],
  },
  deadLettered: {
    name: 'streams.messages.dead_lettered',
    description: 'Messages given up on',
    labels: ['group', 'code'],
  },
  deduplicated: {
    name: 'streams.messages.deduplicated',
    description: 'Messages dropped as repeats',
    labels: ['group'],
  },
  troubles: {
    name: 'streams.troubles',
    description: 'Failures outside the handlers',
    labels: ['group', 'code'],
  },
  leaseEvents: {
    name: 'streams.lease.events',
    description: 'Leases gained, released and lost',
    labels: ['group', 'event'],
  },
  rebalances: {
    name: 'streams.rebalances',
    description: 'Changes of the held partitions, those within a second counted as one',
    labels: ['group'],
  },
  processorTime: {
    name: 'process.cpu.seconds',
    description: 'Processor time that this process has used',
    labels: [],
  },
};

export type UpDownCounterName = 'leases';

export const upDownCounters: Readonly<Record<UpDownCounterName, MetricDeclaration>> = {
  leases: {
    name: 'streams.leases',
    description: 'Partitions held now',
    labels: ['group'],
  },
};

export type GaugeName =
  | 'lag'
  | 'pending'
  | 'oldestPending'
  | 'unsafeSettings'
  | 'residentMemory'
  | 'heapUsed'
  | 'eventLoopDelay'
  | 'startTime';

export const gauges: Readonly<Record<GaugeName, MetricDeclaration>> = {
  lag: {
    name: 'streams.group.lag',
    description: 'Records stored and not settled',
    labels: ['group'],
  },
  pending: {
    name: 'streams.group.pending',
    description: 'Records delivered and not settled',
    labels: ['group'],
  },
  oldestPending: {
    name: 'streams.group.oldest.pending.seconds',
    description: 'Age of the longest delivery that is not settled; 0 without one',
    labels: ['group'],
  },
  unsafeSettings: {
    name: 'streams.backend.unsafe.settings',
    description: 'Settings of the backend that can lose records',
    labels: [],
  },
  residentMemory: {
    name: 'process.resident.memory.bytes',
    description: 'Resident memory of this process',
    labels: [],
  },
  heapUsed: {
    name: 'nodejs.heap.size.used.bytes',
    description: 'JavaScript heap in use',
    labels: [],
  },
  eventLoopDelay: {
    name: 'nodejs.eventloop.lag.p99.seconds',
    description: 'Delay of the event loop since the last scrape, 99th percentile',
    labels: [],
  },
  startTime: {
    name: 'process.start.time.seconds',
    description: 'When this process started, seconds since the epoch',
    labels: [],
  },
};

/** From a commit in memory to a handler that waits for another machine. */
const workSeconds = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** From a message that is handled at once to a backlog of an hour. */
const ageSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600, 3_600];

export type HistogramName = 'handling' | 'committing' | 'endToEnd';

export const histograms: Readonly<Record<HistogramName, HistogramDeclaration>> = {
  handling: {
    name: 'streams.handler.duration.seconds',
    description: 'Time in handlers, per batch',
    labels: ['group', 'topic'],
    buckets: workSeconds,
  },
  committing: {
    name: 'streams.commit.duration.seconds',
    description: 'Time of a commit',
    labels: ['group'],
    buckets: workSeconds,
  },
  endToEnd: {
    name: 'streams.end.to.end.seconds',
    description: 'From the publishing of a message to the commit that acknowledges it',
    labels: ['group'],
    buckets: ageSeconds,
  },
};
