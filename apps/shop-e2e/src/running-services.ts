import { execFileSync } from 'node:child_process';

/** Process ids of the services that write to this folder: what runs is asked of the system, whoever started it. */
export function runningServices(folder: string): readonly number[] {
  const lines = execFileSync('ps', ['-ewwo', 'pid=,args=', 'e'], { encoding: 'utf8' }).split('\n');
  const own = lines.filter(
    (line) => line.includes(`DATA_DIR=${folder}`) && /apps\/\w+\/src\/main\.ts/.test(line),
  );
  return own.map((line) => Number.parseInt(line, 10));
}
