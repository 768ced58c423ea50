import { LookError } from '../model/errors.ts';

/** All of standard input as UTF-8. @throws LookError when it is longer than `most` bytes: it may have no end. */
export async function standardInput(most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new LookError(`standard input has more than ${most >> 20} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
