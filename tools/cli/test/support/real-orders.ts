import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

export interface OrderLine {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly time: number;
}

/** The first lines of the real sales file, each as a record of its invoice. */
export async function realOrders(file: string, count: number): Promise<OrderLine[]> {
  const input = createReadStream(file).pipe(createGunzip());
  const lines: OrderLine[] = [];
  let number = 0;
  for await (const line of createInterface({ input })) {
    number += 1;
    if (number === 1) continue;
    const invoice = line.slice(0, line.indexOf(','));
    const moment = /,(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d),/.exec(line);
    lines.push({
      key: invoice,
      value: JSON.stringify({ line }),
      headers: { id: `line-${number}`, 'content-type': 'application/json' },
      time: Date.parse(`${moment?.[1]}T${moment?.[2]}Z`) + number,
    });
    if (lines.length >= count) break;
  }
  input.destroy();
  return lines;
}
