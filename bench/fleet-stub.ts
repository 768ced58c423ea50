/**
 * A server that greets like sshd 9.2 of Debian 12 and hangs up once it has the client's list of algorithms, for as many addresses
 * as loopback has: `npx tsx bench/fleet-stub.ts PORT [PROCESSES]`. Prints a line when it listens; ends with its standard input.
 */
import cluster from 'node:cluster';
import { createServer } from 'node:net';
import { GREETING } from './fleet-greeting.ts';

const [port, processes] = [Number(process.argv[2]), Number(process.argv[3] ?? 1)];

if (cluster.isPrimary && processes > 1) {
  let listening = 0;
  for (let i = 0; i < processes; i++) cluster.fork();
  cluster.on('listening', () => {
    if (++listening === processes) process.stdout.write('listening\n');
  });
  process.stdin.on('end', () => process.exit()).resume();
} else {
  createServer({ noDelay: true }, (socket) => {
    let heard = 0;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      heard += chunk.length;
      // Its identification string alone is shorter than that.
      if (heard > 300) socket.end();
    });
    socket.write(GREETING);
  }).listen({ port, host: '0.0.0.0', backlog: 4096 }, () => {
    if (cluster.isPrimary) {
      process.stdout.write('listening\n');
      process.stdin.on('end', () => process.exit()).resume();
    }
  });
}
