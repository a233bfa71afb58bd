import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultBoard, FaultRun } from '../api/faults.ts';

/** The dashboard as a program sees it. */
export class DashboardClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url.replace(/\/$/, '');
  }

  async board(): Promise<FaultBoard> {
    return resultOf(await fetch(`${this.url}/api/faults`));
  }

  async begin(name: string, target: string | undefined): Promise<FaultRun> {
    const body = JSON.stringify(target === undefined ? {} : { target });
    const headers = { 'content-type': 'application/json' };
    return resultOf(await fetch(`${this.url}/api/faults/${name}`, { method: 'POST', headers, body }));
  }

  async pause(ms: number): Promise<void> {
    await sleep(ms);
  }
}

async function resultOf<Result>(response: Response): Promise<Result> {
  if (response.ok) return response.json() as Promise<Result>;
  throw new Error(`the dashboard returned ${response.status}: ${await response.text()}`);
}
