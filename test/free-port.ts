import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below what the kernel gives to whoever asks for any port (32768 and more), and above what services have. */
const FROM = 20_000;
const TO = 32_000;

/**
 * A port of 127.0.0.1 at which nobody listens, for a program that has to be told its port. The kernel gives it to nobody else, as it may
 * give a port that was just closed to the next test that asks for any.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FROM, TO);
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (free) return port;
  }
}
