import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { z } from 'zod';

const FOLDER = path.join(import.meta.dirname, 'corpus');

/** What a whole file can be. */
export const DOCUMENTS = [
  ...(['json', 'yaml', 'profile', 'list', 'csv', 'ansible-ini', 'ansible-json', 'ssh-config', 'known-hosts'] as const),
  ...(['bundle', 'log'] as const),
] as const;
export type Document = (typeof DOCUMENTS)[number];

const schema = z.strictObject({
  attacks: z.string().regex(/^.+ - .+$/),
  text: z.string().min(1),
  /** Each character is one byte. */
  bytes: z.boolean().default(false),
  times: z.int().min(1).default(1),
  /** Stand once before and behind a word; around `text` as often as `times` says in a document that is nested. */
  before: z.string().default(''),
  after: z.string().default(''),
  /** It is no word but the whole of such a file. */
  document: z.array(z.enum(DOCUMENTS)).default([]),
  packed: z.literal('gzip').optional(),
});

export interface Attack {
  /** The file's, without its ending. */
  readonly name: string;
  /** `what is attacked - how`. */
  readonly attacks: string;
  /** Empty for a word. */
  readonly document: readonly Document[];
  /** `CANARY` in it stands for the path of a file that nobody may make. */
  bytes(canary: string): Buffer;
  /** As a program has it that has read the bytes as UTF-8. */
  word(canary: string): string;
}

const NESTED = /^(?:\[|\{"a":)$/;

function read(file: string): Attack {
  const one = schema.parse(parse(readFileSync(path.join(FOLDER, file), 'utf8')));
  const { times, before, after, text } = one;
  const whole = NESTED.test(before)
    ? before.repeat(times) + text + after.repeat(times)
    : before + text.repeat(times) + after;
  const bytes = (canary: string): Buffer => {
    const made = Buffer.from(whole.replaceAll('CANARY', canary), one.bytes ? 'latin1' : 'utf8');
    return one.packed === undefined ? made : gzipSync(made);
  };
  return {
    name: path.basename(file, '.yaml'),
    attacks: one.attacks,
    document: one.document,
    bytes,
    word: (canary) => bytes(canary).toString('utf8'),
  };
}

const all = readdirSync(FOLDER).sort().map(read);
/** What stands where a peer chooses a word. */
export const words: readonly Attack[] = all.filter(({ document }) => document.length === 0);
/** What stands in place of a file. */
export const documents: readonly Attack[] = all.filter(({ document }) => document.length > 0);
