import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { type EmailMode, emailModes } from '../run/settings.ts';

/** What a person asked for; what is undefined was left open. */
export interface ReplayOptions {
  readonly sales?: string;
  readonly accessLog?: string;
  readonly report?: string;
  readonly openingStock?: number;
  readonly run?: string;
  readonly partitions?: number;
  readonly emailMode?: EmailMode;
  readonly emailMembers?: number;
  readonly maxLag: number;
  readonly patience: number;
}

/** The answer when there is nothing to run: help was shown, or the arguments were wrong and it was said why. */
export interface Answered {
  readonly exitCode: number;
}

export function parseOptions(argv: readonly string[]): ReplayOptions | Answered {
  const command = define();
  try {
    command.parse([...argv], { from: 'user' });
    return command.opts<ReplayOptions>();
  } catch (error) {
    if (error instanceof CommanderError) return { exitCode: error.exitCode };
    throw error;
  }
}

function define(): Command {
  return new Command('npm run replay --')
    .description(
      'Feeds a sales file and an access log to the shop at full speed, waits until every service has caught up,\n' +
        'prints the report and exits 1 when it does not reconcile.',
    )
    .usage('--sales FILE [options]')
    .option('--sales <file>', 'sales in the Online Retail layout: CSV, plain or gzip')
    .option('--access-log <file>', 'requests in the Apache combined format, plain or gzip')
    .option('--report <file>', 'write the report to this file too, as JSON')
    .addOption(number('--opening-stock <n>', 'stock of every product before its first movement (1000000)', 0))
    .option('--run <name>', 'name of the run; an interrupted run of this name goes on where it stopped')
    .addOption(number('--partitions <n>', 'partitions of every topic (6)', 1))
    .addOption(
      new Option(
        '--email-mode <mode>',
        'how members of the e-mail group share out their work: partitions, or single e-mails in no order (partitioned)',
      ).choices(emailModes),
    )
    .addOption(number('--email-members <n>', 'processes of the e-mail service (1)', 1))
    .addOption(
      number('--max-lag <n>', 'feeding pauses while the services have more records to go', 1).default(50_000),
    )
    .addOption(number('--patience <seconds>', 'give up when a group does nothing for so long', 1).default(60))
    .addHelpText(
      'after',
      `
Environment:
  STREAMS_URL   the backend; a file in the run's folder unless set
  DATA_DIR      where runs are kept, ./.data unless set: each in runs/NAME, with its logs and its report
  CARD_KEY      the key that cards are sealed with; one of the run's own unless set

Examples:
  npm run replay -- --sales ../shared/data/online_retail.csv.gz --access-log ../shared/data/apache_access.log.gz
  npm run replay -- --run replay-20261122-203915-417`,
    )
    .exitOverride()
    .showHelpAfterError('(--help shows what can be given)');
}

function number(flags: string, description: string, least: number): Option {
  return new Option(flags, description).argParser((text: string) => {
    const value = Number(text);
    if (/^\d{1,12}$/.test(text) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
  });
}
