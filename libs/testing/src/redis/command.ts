import { connect } from 'node:net';

/** Sends one command on a connection of its own and answers the raw reply; the server closes the connection behind it. */
export function redisCommand(port: number, ...args: readonly (string | number)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let reply = '';
    socket.setEncoding('utf8');
    socket.on('error', reject);
    socket.on('data', (text) => {
      reply += text;
    });
    socket.on('close', () => resolve(reply));
    socket.end(encode(args));
  });
}

function encode(args: readonly (string | number)[]): string {
  const parts = args.map((arg) => `$${Buffer.byteLength(String(arg))}\r\n${arg}\r\n`);
  return `*${args.length}\r\n${parts.join('')}`;
}
