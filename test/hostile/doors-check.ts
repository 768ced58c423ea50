import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { came, type Door, isWord } from './doors.ts';

const string = (text: Buffer): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(text.length);
  return Buffer.concat([size, text]);
};

/** A packet without encryption (RFC 4253, 6). */
function packet(payload: Buffer): Buffer {
  const padding = 8 - ((payload.length + 5) % 8) + 4;
  const head = Buffer.alloc(5);
  head.writeUInt32BE(payload.length + padding + 1);
  head[4] = padding;
  return Buffer.concat([head, payload, Buffer.alloc(padding)]);
}

/** KEXINIT with the word in each of its lists (RFC 4253, 7.1). */
const kexinit = (word: Buffer): Buffer =>
  packet(
    Buffer.concat([
      Buffer.from([20]),
      Buffer.alloc(16),
      ...Array.from({ length: 10 }, () => string(word)),
      Buffer.alloc(5),
    ]),
  );
/** DISCONNECT with the word as its description (RFC 4253, 11.1). */
const disconnect = (word: Buffer): Buffer =>
  packet(Buffer.concat([Buffer.from([1, 0, 0, 0, 2]), string(word), string(Buffer.from('en'))]));

const VERSION = Buffer.from('SSH-2.0-OpenSSH_9.9\r\n');
const END = Buffer.from('\r\n');

/** What a server can say before there is a key. */
const TALKS: Readonly<Record<string, (word: Buffer) => Buffer>> = {
  'lines before its version, and its version': (word) => Buffer.concat([word, END, Buffer.from('SSH-2.0-'), word, END]),
  'the algorithms that it has': (word) => Buffer.concat([VERSION, kexinit(word.subarray(0, 30_000))]),
  'why it hangs up': (word) => Buffer.concat([VERSION, disconnect(word.subarray(0, 30_000))]),
};

/** A server on loopback that says this to everybody and hangs up. */
async function serving<T>(says: Buffer, ask: (port: number) => Promise<T>): Promise<T> {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.end(says);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await ask((server.address() as AddressInfo).port);
  } finally {
    for (const socket of open) socket.destroy();
    server.close();
  }
}

export const checkDoors: readonly Door[] = Object.entries(TALKS).map(
  ([name, talk]): Door => ({
    name: `\`sshwhy HOST\`, \`fleet check HOST\`: a server that says it: ${name}`,
    takes: isWord,
    async *ask(attack, box) {
      const says = talk(attack.bytes(box.canary));
      const look =
        (...more: readonly string[]) =>
        (port: number) => [...['diagnose', '127.0.0.1', '-p', String(port), '-F', 'none', '--timeout', '3', ...more]];
      yield await serving(says, (port) =>
        came(box, look('--verbose', '--html', 'check.html', '--junit', 'check.xml')(port), 'terminal', {
          files: { 'check.html': 'html', 'check.xml': 'junit' },
        }),
      );
      yield await serving(says, (port) =>
        came(box, ['fleet', 'check', `127.0.0.1:${port}`, '--timeout', '2', '--json'], 'jsonLines'),
      );
      yield await serving(says, (port) =>
        came(box, ['fleet', 'check', `127.0.0.1:${port}`, '--timeout', '2', '--matrix'], 'terminal'),
      );
    },
  }),
);
