import { Command, InvalidArgumentError, Option } from 'commander';
import type { DeliveryName, Workload } from './workload.ts';

export interface CompareOptions {
  readonly backends: readonly string[];
  readonly workload: Workload;
  readonly html: string;
  readonly json: string;
  readonly killLeaders: boolean;
}

const deliveries: readonly DeliveryName[] = ['at-most-once', 'at-least-once', 'exactly-once'];

export function parseOptions(parameters: readonly string[]): CompareOptions {
  const command = new Command('compare')
    .description('Puts the same load on each backend and writes a report that says which suits it')
    .requiredOption(
      '--backends <urls>',
      'with commas: embedded:, redis://host:port, kafka://host:port',
      listOf,
    )
    .option('--message-size <bytes>', 'of a record’s value', above0, 200)
    .option('--rate <per second>', 'of the open-loop part; default: half of the most', above0)
    .option('--keys <n>', 'different keys', above0, 1_000)
    .option('--consumers <n>', 'members of the group, each a process', above0, 3)
    .option('--partitions <n>', 'partitions of the topic', above0, 6)
    .addOption(
      new Option('--delivery <name>', 'what the group promises').choices(deliveries).default('exactly-once'),
    )
    .option('--handler-ms <ms>', 'of waiting in the handler of each record', from0, 0)
    .option('--seconds <s>', 'of each part', above0, 10)
    .option('--html <file>', 'the report', 'data/compare/report.html')
    .option('--json <file>', 'the figures', 'data/compare/report.json')
    .option('--no-kill-leaders', 'starts no cluster to kill its leader');
  command.parse(parameters, { from: 'user' });
  const given = command.opts();
  return {
    backends: given['backends'],
    workload: {
      messageSize: given['messageSize'],
      keys: given['keys'],
      consumers: given['consumers'],
      partitions: given['partitions'],
      delivery: given['delivery'],
      handlerMs: given['handlerMs'],
      rate: given['rate'],
      seconds: given['seconds'],
    },
    html: given['html'],
    json: given['json'],
    killLeaders: given['killLeaders'],
  };
}

/** Backends are told apart by a comma before a scheme: a URL may hold commas of its own. */
function listOf(text: string): string[] {
  return text.split(/,(?=[a-z+]+:)/).map((url) => url.trim());
}

function above0(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a whole number above 0.');
}

function from0(text: string): number {
  return text === '0' ? 0 : above0(text);
}
