/**
 * The command line many times in one process, as it is in the sources: `{ argv, cwd }` comes by the channel to the parent, what it wrote
 * and its exit status go back. Starting a program for each of thousands of questions would take an hour; and what one
 * question does to the objects of JavaScript is seen only where the next one is asked.
 */
import { main } from '../../src/cli/main.ts';

export interface Asked {
  readonly argv: readonly string[];
  readonly cwd: string;
}
export interface Answered {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Names that every object has since then and had not before. */
  readonly polluted: readonly string[];
}

process.setMaxListeners(0);
process.stdout.setMaxListeners(0);

const ROOTS = { Object: Object.prototype, Array: Array.prototype, Function: Function.prototype, Map: Map.prototype };
const names = (): readonly string[] =>
  Object.entries(ROOTS).flatMap(([root, proto]) => Reflect.ownKeys(proto).map((name) => `${root}.${String(name)}`));
const before = new Set(names());

/** Takes what is written to a stream in place of it. */
function taken(stream: NodeJS.WriteStream): { text(): string; give(): void } {
  const real = stream.write;
  const kept: Buffer[] = [];
  stream.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
    kept.push(typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : Buffer.from(chunk));
    const call = typeof encoding === 'function' ? encoding : done;
    if (typeof call === 'function') queueMicrotask(() => call());
    return true;
  }) as typeof stream.write;
  return {
    text: () => Buffer.concat(kept).toString('utf8'),
    give: () => {
      stream.write = real;
    },
  };
}

process.on('message', async ({ argv, cwd }: Asked) => {
  process.chdir(cwd);
  process.exitCode = undefined;
  const [stdout, stderr] = [taken(process.stdout), taken(process.stderr)];
  let status = -1;
  try {
    await main([process.execPath, 'sshwhy', ...argv]);
    status = Number(process.exitCode ?? 0);
  } catch (error) {
    process.stderr.write(`main threw: ${error}\n`);
  }
  stdout.give();
  stderr.give();
  const polluted = names().filter((name) => !before.has(name));
  process.exitCode = 0;
  process.send?.({ status, stdout: stdout.text(), stderr: stderr.text(), polluted } satisfies Answered);
});
process.send?.('ready');
