import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** Calls back with each line that comes. A socket that breaks is destroyed: its `close` event says so. */
export function onLine(socket: Socket, listener: (line: string) => void): void {
  const lines = createInterface({ input: socket });
  lines.on('line', listener);
  // The interface repeats the errors of its socket, and what nobody hears ends the process.
  lines.on('error', () => socket.destroy());
  socket.on('error', () => socket.destroy());
}
