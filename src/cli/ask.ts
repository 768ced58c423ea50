import { createInterface } from 'node:readline/promises';

/** A yes of the person at the terminal; no where nobody is there. Rejects on abort. */
export async function ask(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY) {
    process.stderr.write(`sshwhy: ${question} Nobody is there to ask; --yes makes it without asking\n`);
    return false;
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    lines.close();
  }
}
