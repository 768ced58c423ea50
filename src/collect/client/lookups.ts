import { spawn } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** The addresses of a name, as getaddrinfo(3) has them. @throws with its `code` (`ENOTFOUND`, `EAI_AGAIN`) */
export type Lookup = (name: string, family: 0 | 4 | 6) => Promise<readonly string[]>;

/**
 * getaddrinfo(3) waits in a thread, of which Node has four, for files too: a few names of a dead nameserver would hold up all others, and what
 * is written meanwhile. How many there are is read once, before anything runs.
 */
const THREADS = 128;
const PROGRAM = `
const { lookup } = require('node:dns');
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const [id, name, family] = JSON.parse(line);
  lookup(name, { all: true, family, verbatim: true }, (error, all) =>
    process.stdout.write(JSON.stringify([id, error ? error.code : null, error ? [] : all.map((one) => one.address)]) + '\\n'));
}).on('close', () => process.exit());`;

interface Asked {
  answer(code: string | null, addresses: readonly string[]): void;
  gone(): void;
}

/** In this process. */
export const lookupHere: Lookup = async (name, family) =>
  (await lookup(name, { all: true, family, verbatim: true })).map(({ address }) => address);

/** Looks names up in a process of its own, begun with the first of them; where none can be, in this one. It keeps nobody from ending
 * who waits for no answer. */
export function lookups(argv: readonly string[] = [process.execPath, '-e', PROGRAM]): Lookup {
  let ask: Lookup | undefined;
  return (name, family) => {
    // A single executable has no other program in it.
    ask ??=
      process.getBuiltinModule?.('node:sea')?.isSea() === true ? lookupHere : beside(argv, () => (ask = lookupHere));
    return ask(name, family);
  };
}

function beside([program = '', ...words]: readonly string[], ended: () => void): Lookup {
  const waiting = new Map<number, Asked>();
  const child = spawn(program, words, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, UV_THREADPOOL_SIZE: String(THREADS), NODE_OPTIONS: '' },
  });
  const gone = (): void => {
    ended();
    const left = [...waiting.values()];
    waiting.clear();
    for (const one of left) one.gone();
  };
  child.once('error', gone).once('exit', gone);
  child.stdin.once('error', gone);
  const pipe = child.stdout as unknown as Socket;
  for (const one of [child, child.stdin as unknown as Socket, pipe]) one.unref();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [id, code, addresses] = JSON.parse(line) as [number, string | null, string[]];
    waiting.get(id)?.answer(code, addresses);
    waiting.delete(id);
    if (waiting.size === 0) pipe.unref();
  });
  let last = 0;
  return (name, family) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      pipe.ref();
      waiting.set(id, {
        answer: (code, addresses) =>
          code === null ? resolve(addresses) : reject(Object.assign(new Error(`${name}: ${code}`), { code })),
        gone: () => lookupHere(name, family).then(resolve, reject),
      });
      child.stdin.write(`${JSON.stringify([id, name, family])}\n`);
    });
}
