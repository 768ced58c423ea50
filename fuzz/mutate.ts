import type { Random } from './random.ts';

/** Texts that have made readers fall before. */
const ODD = [
  '',
  '\0',
  '\r\n',
  '\n\n',
  '\t',
  ' ',
  '"',
  "'",
  '\\',
  '#',
  '=',
  ':',
  ',',
  ';',
  '/',
  '!',
  '*',
  '?',
  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  '<',
  '>',
  '|',
  '-1',
  '0',
  '1',
  '65535',
  '65536',
  '2147483648',
  '4294967296',
  '9007199254740993',
  '18446744073709551616',
  '1e309',
  '-0',
  'NaN',
  '0x1f',
  '00',
  '1.5',
  '99999999999999999999999999',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'length',
  '__defineGetter__',
  'null',
  'true',
  'false',
  '[]',
  '{}',
  '[[]]',
  '""',
  '{"__proto__":{"a":1}}',
  '{"a":null}',
  '"__proto__":',
  'undefined',
  '0.0.0.0/0',
  '::/0',
  '::ffff:1.2.3.4',
  '10.0.0.0/33',
  '1.2.3.4.5',
  'fe80::1%eth0',
  '255.255.255.255',
  '1:2:3:4:5:6:7:8:9',
  '0/0',
  '10.0.0.1-10.0.0.0',
  '\u00e4',
  '\u2028',
  '\u202e',
  '\ud800',
  '\u{1f511}',
  '\ufeff',
  '\u0130',
  '\x1b[31m',
  '\x80\xff',
  '%',
  '%s',
  '%h',
  '%%',
  '$(id)',
  '`id`',
  '\x24{X}',
  '../',
  '~',
  '|1|',
  '@',
  'Jan 01 00:00:00',
  'Feb 30 25:61:61',
  '0000-00-00T00:00:00Z',
  '275760-09-13',
  '-271821-04-20T00:00:00Z',
  '+inf',
  '1970-01-01',
  '99999999T',
].map((text) => Buffer.from(text));

/** Whole values that take the place of another in JSON. */
const VALUES = [
  'null',
  '[]',
  '{}',
  '""',
  '0',
  '-1',
  '1e400',
  'true',
  '[null]',
  '[[]]',
  '{"__proto__":[]}',
  '"\\u0000"',
  '[1,2]',
  '{"set":[]}',
];

const LENGTHS = [0, 1, 3, 4, 7, 8, 255, 256, 0x7fffffff, 0x80000000, 0xffffffff];

const splice = (bytes: Buffer, at: number, end: number, put: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(end)]);

/** Words of captured texts, each once: what a grammar would know. */
export function wordsOf(seeds: readonly Buffer[], more: readonly string[] = []): Buffer[] {
  const words = new Set<string>(more);
  for (const seed of seeds)
    for (const [word] of seed.toString('latin1').matchAll(/[\w.@:/+-]{1,40}|[^\w\s]/g)) {
      words.add(word);
      if (words.size > 4000) return [...words].map((one) => Buffer.from(one, 'latin1'));
    }
  return [...words].map((one) => Buffer.from(one, 'latin1'));
}

/** Where a line begins that lies around `at`, and where it ends, its newline with it. */
function lineAround(bytes: Buffer, at: number): [number, number] {
  const end = bytes.indexOf(10, at);
  return [at === 0 ? 0 : bytes.lastIndexOf(10, at - 1) + 1, end < 0 ? bytes.length : end + 1];
}

const isWord = (code: number | undefined): boolean =>
  code !== undefined &&
  ((code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95);

function wordAround(bytes: Buffer, at: number): [number, number] {
  let [from, to] = [at, at];
  while (from > 0 && isWord(bytes[from - 1])) from--;
  while (to < bytes.length && isWord(bytes[to])) to++;
  return [from, to];
}

function jsonValueAround(bytes: Buffer, at: number): [number, number] | undefined {
  const colon = bytes.indexOf(58, at);
  if (colon < 0) return undefined;
  let depth = 0;
  let quoted = false;
  for (let end = colon + 1; end < bytes.length; end++) {
    const code = bytes[end];
    if (quoted) {
      if (code === 92) end++;
      else if (code === 34) quoted = false;
    } else if (code === 34) quoted = true;
    else if (code === 91 || code === 123) depth++;
    else if (code === 93 || code === 125) {
      if (depth-- === 0) return [colon + 1, end];
    } else if (code === 44 && depth === 0) return [colon + 1, end];
  }
  return undefined;
}

function step(bytes: Buffer, other: Buffer, words: readonly Buffer[], r: Random): Buffer {
  const at = r.below(bytes.length + 1);
  const word = (): Buffer => (r.below(3) === 0 || words.length === 0 ? r.pick(ODD) : r.pick(words));
  const [from, to] = lineAround(bytes, at);
  switch (r.below(17)) {
    case 0:
      return splice(bytes, at, at, Buffer.from([r.below(256)]));
    case 1:
      return splice(bytes, at, at + 1, Buffer.from([(bytes[at] ?? 0) ^ (1 << r.below(8))]));
    case 2:
      return splice(bytes, at, at + 1 + r.below(r.below(8) === 0 ? 200 : 8), Buffer.alloc(0));
    case 3:
      return splice(bytes, at, at, word());
    case 4:
    case 5:
      return splice(bytes, ...wordAround(bytes, at), word());
    case 6:
      return splice(bytes, from, to, Buffer.alloc(0));
    case 7:
      return splice(bytes, from, from, bytes.subarray(from, to));
    case 8: {
      const [a, b] = lineAround(bytes, r.below(bytes.length + 1));
      return splice(bytes, from, from, bytes.subarray(a, b));
    }
    case 9: {
      const [a, b] = lineAround(other, r.below(other.length + 1));
      return splice(bytes, from, r.below(2) === 0 ? from : to, other.subarray(a, b));
    }
    case 10:
      return Buffer.concat([bytes.subarray(0, at), other.subarray(r.below(other.length + 1))]);
    case 11:
      return bytes.subarray(0, at);
    case 12: {
      const value = jsonValueAround(bytes, at);
      return value === undefined ? bytes.subarray(at) : splice(bytes, ...value, Buffer.from(r.pick(VALUES)));
    }
    case 13: {
      if (bytes.length < 4) return bytes;
      const changed = Buffer.from(bytes);
      const place = r.below(bytes.length - 3);
      const near = bytes.length - place - 4 + r.below(3) - 1;
      changed.writeUInt32BE(r.below(3) === 0 ? Math.max(0, near) : r.pick(LENGTHS), place);
      return changed;
    }
    case 14: {
      const again = bytes.subarray(at, at + 1 + r.below(12));
      return splice(bytes, at, at, Buffer.concat(Array.from({ length: 1 + r.below(60) }, () => again)));
    }
    case 15: {
      const end = at + r.below(40);
      return splice(bytes, at, end, Buffer.from(bytes.subarray(at, end)).reverse());
    }
    default: {
      const [a, b] = wordAround(bytes, at);
      return splice(bytes, a, b, other.subarray(...wordAround(other, r.below(other.length + 1))));
    }
  }
}

/** One to eight changes of `bytes`, some with parts of `other`; `longest` bytes at most. */
export function mutated(bytes: Buffer, other: Buffer, words: readonly Buffer[], r: Random, longest: number): Buffer {
  let made = bytes;
  for (let left = 1 + r.below(r.below(3) === 0 ? 8 : 3); left > 0; left--)
    made = step(made, other, words, r).subarray(0, longest);
  return made;
}
