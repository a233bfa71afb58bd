import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type GuideClaim, GuideError, type ScenarioSummary } from '@millrace/guide';
import { wrap } from '../draw/flow.ts';
import { drawTable } from '../draw/table.ts';
import type { Terminal } from '../terminal.ts';
import { bufferProblem, diskProblem } from './does-it-fit.ts';
import { generateFile } from './generate-file.ts';
import { megabytes, memoryLines, memorySvg, mostMemory } from './memory-plot.ts';
import type { MendScript } from './mend-main.ts';
import { type MeasuredRun, mend, mendBySed } from './run-measured.ts';
import { firstDifference } from './same-content.ts';

export const filesSummary: ScenarioSummary = {
  id: '7',
  pictures: ['6', '7'],
  title: 'Streams against buffers',
  text: 'A typo is mended in a file of any size, twice: with the whole file in memory, and in small chunks. The chunks need the same little memory however large the file is, and a word that lies across two chunks is found all the same.',
  backends: [],
  cannot: {},
  needs: 'one server',
  parameters: [],
  leavesOut: 'Reading and writing at the same time, which would hide the slower of the two disks.',
};

export interface FilesOptions {
  readonly bytes: number;
  readonly svg: string;
  readonly json: boolean;
}

const typo = { word: 'breams', by: 'streams' } as const;
const mostBytes = 100e6;

/** Plays pictures 6 and 7; true when all claims hold. The files are removed afterwards. */
export async function playFiles(
  { output, brush, width, signal }: Terminal,
  { bytes, svg, json }: FilesOptions,
): Promise<boolean> {
  const say = (text: string): void => void (json || output.write(`${text}\n`));
  const folder = await mkdtemp(join(tmpdir(), 'millrace-guide-7-'));
  try {
    const problem = await diskProblem(folder, bytes);
    if (problem !== undefined) throw new GuideError(problem);
    say(`${brush.heading(`7  ${filesSummary.title}`)}\n${wrap(filesSummary.text, { width })}\n`);
    const files = { input: join(folder, 'text'), sed: join(folder, 'by-sed'), ours: join(folder, 'mended') };
    await generateFile(files.input, bytes, signal);
    say(`A text of ${megabytes(bytes)}, with ${typo.word} where ${typo.by} should be.`);
    const script = (way: MendScript['way']): MendScript => ({
      ...typo,
      way,
      input: files.input,
      output: files.ours,
    });
    const sed = await mendBySed({ ...script('stream'), output: files.sed }, signal);
    const streamed = await mend('stream', script('stream'), signal);
    const claims = [
      await sameOutput('The stream', files),
      await countsAreRight(streamed, files),
      memoryIsFlat(streamed, bytes),
      bordersWereCrossed(streamed),
    ];
    const runs = [streamed];
    const refusal = await bufferProblem(bytes);
    if (refusal === undefined) {
      await rm(files.ours);
      runs.push(await mend('buffer', script('buffer'), signal));
      claims.push(await sameOutput('The buffer', files));
    }
    runs.push(sed);
    await mkdir(dirname(svg), { recursive: true });
    await writeFile(svg, memorySvg(runs, `Memory while ${megabytes(bytes)} are mended`));
    say(`\n${ways(runs, refusal, bytes)}\n\nMemory over time, each run from its beginning to its end:`);
    for (const line of memoryLines(runs)) say(`  ${line}`);
    say(`  ${brush.faint(`as a picture: ${svg}`)}\n`);
    for (const claim of claims)
      say(
        `${claim.holds ? brush.good('✓') : brush.bad('✗')} ${claim.text}\n    ${brush.faint(claim.evidence)}`,
      );
    if (json)
      output.write(
        `${JSON.stringify({ id: '7', bytes, refusal: refusal ?? null, runs, claims }, undefined, 2)}\n`,
      );
    return claims.every(({ holds }) => holds);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function ways(runs: readonly MeasuredRun[], refusal: string | undefined, bytes: number): string {
  const rows = runs.map((run) => [
    run.name,
    `${(run.ms / 1_000).toFixed(2)} s`,
    `${megabytes(bytes / (run.ms / 1_000))}/s`,
    megabytes(mostMemory(run)),
    run.report === undefined ? '–' : run.report.words.toLocaleString('en'),
  ]);
  const table = drawTable(['way', 'time', 'speed', 'memory', 'typos mended'], rows, { indent: 2 });
  const [stream, sed] = [runs.find(({ name }) => name === 'stream'), runs.find(({ name }) => name === 'sed')];
  const times =
    stream && sed ? `\n  The stream was ${(sed.ms / stream.ms).toFixed(2)} times as fast as GNU sed.` : '';
  return `${table}${times}${refusal === undefined ? '' : `\n  The buffer was ${refusal}.`}`;
}

interface Files {
  readonly input: string;
  readonly sed: string;
  readonly ours: string;
}

async function sameOutput(way: string, { ours, sed }: Files): Promise<GuideClaim> {
  const at = await firstDifference(ours, sed);
  const { size } = await stat(ours);
  return {
    text: `${way} made the same of it as GNU sed, byte for byte`,
    holds: at === undefined,
    evidence: at === undefined ? `${size.toLocaleString('en')} bytes are equal` : `they differ at byte ${at}`,
  };
}

/** Each mended typo makes the file longer by as much. */
async function countsAreRight({ report }: MeasuredRun, { input, sed }: Files): Promise<GuideClaim> {
  const [before, after] = await Promise.all([stat(input), stat(sed)]);
  const words = (after.size - before.size) / (typo.by.length - typo.word.length);
  return {
    text: 'It counted every typo',
    holds: report?.words === words && words > 0,
    evidence: `${report?.words.toLocaleString('en')} counted; sed’s file is longer by ${words.toLocaleString('en')}`,
  };
}

function memoryIsFlat(run: MeasuredRun, bytes: number): GuideClaim {
  const most = mostMemory(run);
  return {
    text: `The stream needs less than ${megabytes(mostBytes)} of memory, whatever the size`,
    holds: most > 0 && most < mostBytes,
    evidence: `${megabytes(most)} at most, of ${run.memory.length} looks, for ${megabytes(bytes)}`,
  };
}

function bordersWereCrossed({ report }: MeasuredRun): GuideClaim {
  const words = report?.acrossBorders ?? 0;
  return {
    text: 'Typos that lay across two chunks were found',
    holds: words > 0,
    evidence: `${words.toLocaleString('en')} of them`,
  };
}
