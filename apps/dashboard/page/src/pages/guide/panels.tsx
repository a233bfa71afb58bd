import type { GuideCommand, GuideEvent } from '@millrace/guide/events';
import type { VNode } from 'preact';
import type { Picture } from './picture.ts';
import { sentenceOf } from './sentence.ts';

const shownSentences = 7;

/** Lists of the moment: offsets, what is pending, a table of the scenario. */
export function Figures({
  picture: { offsets, pending, table },
  backend,
}: {
  picture: Picture;
  /** Named where two are played beside each other. */
  backend: string | null;
}): VNode {
  const where = backend === null ? '' : ` on ${backend}`;
  return (
    <>
      {table ? <Table title={`${table.title}${where}`} columns={table.columns} rows={table.rows} /> : null}
      {offsets ? (
        <Table
          title={`Offsets of ${offsets.group}${where}`}
          columns={['partition', 'last', 'committed', 'lag']}
          rows={offsets.partitions.map(({ topic, partition, last, committed, lag }) => [
            `${topic} P${partition}`,
            last ?? '–',
            committed ?? '–',
            String(lag ?? 'unknown'),
          ])}
        />
      ) : null}
      {pending && pending.entries.length > 0 ? (
        <Table
          title={`Pending in ${pending.group}${where}`}
          columns={['record', 'to', 'delivered', 'position']}
          rows={pending.entries.map(({ label, consumer, deliveries, offset }) => [
            label,
            consumer,
            String(deliveries),
            offset,
          ])}
        />
      ) : null}
    </>
  );
}

function Table({
  title,
  columns,
  rows,
}: {
  title: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section class="scroll guide-table" aria-label={title} tabIndex={0}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={`${index}:${row.join()}`}>
              {row.map((cell, column) => (
                <td key={columns[column]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What just happened, the commands, and what the run proves. */
export function Beside({
  events,
  at,
  picture,
  leavesOut,
  backend,
}: {
  events: readonly GuideEvent[];
  at: number;
  picture: Picture;
  leavesOut: string;
  /** Named where two are played beside each other. */
  backend: string | null;
}): VNode {
  const where = backend === null ? '' : ` on ${backend}`;
  const sentences = events
    .slice(0, at)
    .flatMap((event) => sentenceOf(event) ?? [])
    .slice(-shownSentences);
  return (
    <div class="guide-beside">
      <section class="panel">
        <header>
          <h2>{`What just happened${where}`}</h2>
        </header>
        <ol class="body guide-said" aria-live="polite">
          {sentences.map((sentence, index) => (
            <li key={`${at}:${index}`}>{sentence}</li>
          ))}
        </ol>
      </section>
      <section class="panel">
        <header>
          <h2>{`Commands${where}`}</h2>
        </header>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
        <section class="body guide-commands" aria-label={`Commands so far${where}`} tabIndex={0}>
          {picture.commands.length === 0 ? (
            <p class="quiet">None yet. The embedded log has no commands but those of a person.</p>
          ) : null}
          <Commands commands={picture.commands.filter(isOfTheBook)} />
          {picture.commands.every(isOfTheBook) ? null : (
            <details>
              <summary>What clients and scripts sent besides</summary>
              <Commands commands={picture.commands.filter((command) => !isOfTheBook(command))} />
            </details>
          )}
        </section>
      </section>
      {picture.claims.length === 0 ? null : (
        <section class="panel">
          <header>
            <h2>{`What it proves${where}`}</h2>
          </header>
          <ul class="body checks">
            {picture.claims.map(({ text, holds, evidence }) => (
              <li key={text}>
                <span class={`badge ${holds ? 'good' : 'bad'}`}>{holds ? 'holds' : 'does not hold'}</span>{' '}
                {text}
                <span class="quiet small guide-evidence">{evidence}</span>
              </li>
            ))}
          </ul>
          <p class="body quiet small">{`Left out: ${leavesOut}`}</p>
        </section>
      )}
    </div>
  );
}

function isOfTheBook(command: GuideCommand): boolean {
  return command.source === 'command-line' || command.ofTheBook;
}

/** The newest first. */
function Commands({ commands }: { commands: readonly GuideCommand[] }): VNode {
  return (
    <>
      {commands.toReversed().map((command, index) => (
        <code key={`${commands.length - index}`} class={command.source}>
          {command.source === 'command-line' ? `$ ${command.text}` : command.text}
          {command.source === 'sent' && command.times > 1 ? `  ×${command.times}` : ''}
        </code>
      ))}
    </>
  );
}
