import { FIELDS } from '../../knowledge/events/event.ts';

/** Where the fields of a matched message begin and end: twice the index of the field in FIELDS; -1: not in this message. */
export type Spans = Int32Array;

/** Bits of `classes`: what a byte may be part of. */
const ANY = 1;
const ACCOUNT = 2;
export const ADDRESS = 4;
/** Of an address without a zone: nothing else has to be looked at. */
export const HEX = 8;
const DIGIT = 16;
const METHOD = 32;
const JAIL = 64;
const NUMBER = 128;

const TESTS: readonly (readonly [number, RegExp])[] = [
  [ANY, /\S/g],
  [ACCOUNT, /[^\s()]/g],
  [ADDRESS, /[0-9A-Za-z:.%_-]/g],
  [HEX, /[0-9A-Fa-f:.]/g],
  [DIGIT, /\d/g],
  [METHOD, /[\w./@-]/g],
  [JAIL, /[^\]\n]/g],
  [NUMBER, /[\d.-]/g],
];

/** Bit set of each byte. */
export const classes = new Uint8Array(256);
const EVERY = String.fromCharCode(...classes.keys());
for (const [bit, test] of TESTS)
  for (const one of EVERY.matchAll(test)) classes[one.index] = (classes[one.index] as number) | bit;

export interface Token {
  readonly field: number;
  /** Which characters it may have; 0: any, and it may be empty. */
  readonly class: number;
  readonly least: number;
  readonly most: number;
}

/** Where a field's beginning stands in Spans. */
export const field = (name: (typeof FIELDS)[number]): number => FIELDS.indexOf(name) * 2;
export const KEY_FIELD = field('key');

/** Those of TOKENS that can be matched without a regular expression. */
export const SIMPLE: Readonly<Record<string, Token>> = {
  user: { field: field('user'), class: 0, least: 0, most: 256 },
  detail: { field: field('detail'), class: 0, least: 0, most: 1024 },
  x: { field: -1, class: 0, least: 0, most: 1024 },
  account: { field: field('user'), class: ACCOUNT, least: 1, most: 256 },
  from: { field: field('from'), class: ADDRESS, least: 2, most: 78 },
  to: { field: -1, class: ADDRESS, least: 2, most: 78 },
  host: { field: field('from'), class: ANY, least: 1, most: 256 },
  port: { field: field('port'), class: DIGIT, least: 1, most: 5 },
  method: { field: field('method'), class: METHOD, least: 1, most: 64 },
  jail: { field: field('jail'), class: JAIL, least: 1, most: 64 },
  n: { field: -1, class: NUMBER, least: 1, most: 20 },
  word: { field: -1, class: ANY, least: 1, most: 256 },
};

/** Whether a byte of this code may be of the class. */
export const ofClass = (code: number, bits: number): boolean => ((classes[code] as number) & bits) !== 0;
