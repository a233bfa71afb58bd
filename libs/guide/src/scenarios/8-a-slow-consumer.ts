import type { Scenario } from '../engine/scenario.ts';
import type { Stage } from '../engine/stage.ts';
import type { MemberProcess } from '../process/member-process.ts';
import { bootstrap, everyBackend, numbered, parameter, sameNumber } from './common.ts';

const [topic, group, partitions] = ['orders', 'slow', 3] as const;
const megabyte = 1e6;
const atOnce = 20;
/** Handled before anything is measured: a process grows with its first work. */
const before = 60;
/** Records of one commit. */
const batch = 10;

interface Look {
  readonly backlog: number;
  readonly memory: number;
}

export const slowConsumer: Scenario = {
  id: '8',
  pictures: ['8'],
  title: 'A slow consumer',
  text: 'A producer that is faster than its consumer fills nobody’s memory: what waits lies in the stream, and the consumer takes no more than it can hold. More consumers in its group share the partitions, and the backlog goes.',
  backends: everyBackend,
  cannot: {},
  needs: 'one server',
  // 20 MB at the least: a consumer reads some megabytes ahead, and what waits must be more than that.
  parameters: [
    parameter('messages', 'records that arrive at once', 240, [200, 2_000]),
    parameter('kilobytes', 'size of each', 150, [100, 500]),
    parameter('workMs', 'milliseconds of work for each', 15, [5, 100]),
    parameter('hoards', '1: C1 reads everything into its memory, as one should not', 0, [0, 1]),
  ],
  leavesOut:
    'Backlogs larger than the server: retention removes what is too old, whether or not it was read.',
  play: async (stage) => {
    const [messages, kilobytes] = [stage.parameter('messages'), stage.parameter('kilobytes')];
    const text = 'x'.repeat(kilobytes * 1_000);
    const options = {
      group,
      topics: [topic],
      mode: 'partitioned',
      delivery: 'at-least-once',
      workMs: stage.parameter('workMs'),
      batch,
      // Nobody dies here: however busy the machine is, no partition changes hands by itself.
      leaseMs: 20_000,
      oneAtATime: true,
      quiet: true,
    } as const;
    const hoards = stage.parameter('hoards') === 1;
    let slow: MemberProcess | undefined;
    const looks: Look[] = [];
    const look = async (): Promise<void> => {
      const backlog = await stage.groups.lag(group);
      looks.push({ backlog, memory: (await slow?.weigh()) ?? 0 });
    };
    await stage.step(
      'A consumer that keeps up',
      `It has handled ${before} records, one after another.`,
      async () => {
        await stage.records.createTopic(topic, partitions);
        await stage.unheard(() =>
          stage.records.store(
            topic,
            numbered('Order', before).map((value) => ({ ...value, text })),
          ),
        );
        const stallAt = { label: `Order ${before + 1}`, when: 'before' } as const;
        slow = await stage.members.start('C1', { ...options, stallAt, hoards });
        await stage.groups.untilCaughtUp(group);
        await look();
      },
    );
    await stage.step(
      'A fast producer, and C1 is slow',
      `${messages} records of ${kilobytes} kB: ${Math.round((messages * kilobytes) / 1_000)} MB in all.`,
      async () => {
        stage.commandLine({
          redis: `XLEN ${topic}:{P0}`,
          kafka: `kafka-consumer-groups.sh --bootstrap-server ${bootstrap(stage.url)} --describe --group ${group}`,
          embedded: `streams lag ${group}`,
        });
        await stage.unheard(async () => {
          for (let first = 0; first < messages; first += atOnce) {
            const values = numbered('Order', Math.min(atOnce, messages - first), before + first + 1);
            await stage.records.store(
              topic,
              values.map((value) => ({ ...value, text })),
            );
            await look();
          }
        });
        await stage.until(`C1 stands at Order ${before + 1}`, () => slow?.stalledAt !== undefined);
        if (hoards) await stage.until('C1 has it all', () => (slow?.hoarded ?? 0) >= messages + before);
        await look();
        tellLooks(stage, looks, kilobytes);
        await stage.groups.listOffsets(group);
      },
    );
    await stage.step('Two more consumers', 'Each takes a partition; the backlog goes.', async () => {
      const others = await Promise.all(['C2', 'C3'].map((name) => stage.members.start(name, options)));
      slow?.continue();
      await stage.members.settle(slow ? [slow, ...others] : others, group, partitions, { areNew: false });
      await stage.groups.untilCaughtUp(group);
      await stage.groups.listOffsets(group);
    });
    const [first] = looks;
    const most = Math.max(...looks.map(({ backlog }) => backlog));
    const grown = Math.max(...looks.map(({ memory }) => memory)) - (first?.memory ?? 0);
    stage.claim('All that the producer stored waited in the stream', async () => {
      const held = (await stage.records.stored(topic)).length;
      return {
        holds: most === messages && held === messages + before,
        evidence: `up to ${most} records waited, and the stream holds ${held}`,
      };
    });
    stage.claim('It lay in the stream and not in the consumer’s memory', async () => {
      const waiting = most * kilobytes * 1_000;
      return {
        holds: grown < waiting,
        evidence: `${megabytes(waiting)} waited; it has ${megabytes(grown)} more in use than before`,
      };
    });
    stage.claim('The others have handled what was waiting, and nothing is left', async () => {
      const byOthers = (await stage.records.journal()).filter(({ consumer }) => consumer !== 'C1').length;
      const left = await stage.groups.lag(group);
      return {
        holds: byOthers > 0 && left === 0,
        evidence: `C2 and C3 handled ${byOthers}; ${left} are left`,
      };
    });
    stage.claim('Every record was handled once', async () =>
      sameNumber('handled', (await stage.records.journal()).length, messages + before),
    );
  },
};

function tellLooks(stage: Stage, looks: readonly Look[], kilobytes: number): void {
  const every = Math.ceil(looks.length / 6);
  stage.tell({
    kind: 'table',
    title: 'While the producer is faster',
    columns: ['records waiting', 'in the stream', 'memory of C1'],
    rows: looks
      .filter((_, index) => index % every === 0 || index === looks.length - 1)
      .map(({ backlog, memory }) => [
        String(backlog),
        megabytes(backlog * kilobytes * 1_000),
        megabytes(memory),
      ]),
  });
}

function megabytes(bytes: number): string {
  return `${(bytes / megabyte).toFixed(1)} MB`;
}
