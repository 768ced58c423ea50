import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { expect, it } from 'vitest';
import { compiled } from '../../../src/facts/events/compiled.gen.ts';
import { onPage, page } from '../../../src/facts/events/page.ts';
import { patternMatcher } from '../../../src/facts/events/pattern.ts';
import { eventOf } from '../../../src/facts/events/typed-event.ts';
import { FIELDS, patternOf } from '../../../src/knowledge/events/event.ts';

const FOLDER = path.join(import.meta.dirname, '../../fixtures/events');
/** What real daemons wrote, without the envelope. */
const messages = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.txt'))
  .flatMap((name) => readFileSync(path.join(FOLDER, name), 'utf8').split('\n'))
  .map((line) => line.replace(/^.*?\S(?:\[\d+\])?: (?:error: |fatal: )?/, '').replace(/ \[(?:pre|post)auth\]$/, ''))
  .filter((line) => line !== '');

const DISCONNECTING = 'Disconnecting invalid user a from 192.0.2.1 port 1: x 192.0.2.7 port 4022: Too many failures';
const PACKET = (words: string): string =>
  `${words}IN=eth0 OUT= MAC=52:54 SRC=192.0.2.7 DST=192.0.2.10 LEN=44 PROTO=TCP SPT=4022 DPT=22 WINDOW=1024 SYN URGP=0`;
const SAMPLES = [
  ...messages,
  DISCONNECTING,
  ...['[UFW BLOCK] ', '[UFW LIMIT BLOCK] ', '[UFW ALLOW] ', 'my DROP ', 'REJECT: ', ''].map(PACKET),
];

it('says where the fields of a message are as the named groups of its expression do', () => {
  const patterns = compiled.patterns.map((says) => ({
    pattern: patternOf(says),
    matches: patternMatcher(patternOf(says)),
  }));
  const spans = new Int32Array(FIELDS.length * 2);
  let matched = 0;
  const same = (text: string): void => {
    onPage(`#${text}\n`, (length) => {
      const latin = page.text;
      const found = patterns.map(({ pattern }) => pattern.exec(latin.slice(1, -1)));
      const named = found.map((one) => one && FIELDS.map((name) => one.groups?.[name]));
      const cut = patterns.map(({ matches }) => {
        if (!matches(1, length - 1, spans)) return null;
        return FIELDS.map((_, i) => (spans[i * 2] === -1 ? undefined : latin.slice(spans[i * 2], spans[i * 2 + 1])));
      });
      expect(cut).toEqual(named);
      matched += named.filter((one) => one !== null).length;
    });
  };
  for (const text of SAMPLES) same(text);
  const cut = fc
    .tuple(fc.constantFrom(...SAMPLES), fc.constantFrom(...SAMPLES), fc.nat(), fc.nat())
    .map(([one, other, at, to]) => one.slice(0, at % (one.length + 1)) + other.slice(to % (other.length + 1)));
  fc.assert(fc.property(cut, same), { numRuns: 300, seed: 3 });
  expect(matched).toBeGreaterThan(100);
});

it('writes addresses of IPv6 in packets as they are written elsewhere', () => {
  const from = (address: string): string | undefined =>
    onPage(
      PACKET('[UFW BLOCK] ').replace('192.0.2.7', address),
      (length) => eventOf('kernel', 0, length, { at: undefined, host: '', pid: 0 })?.from,
    );
  expect(from('2001:0db8:0000:0000:0000:0000:0000:0001')).toBe('2001:db8::1');
  expect(from('2001:db8:1:2:3:4::5')).toBe('2001:db8:1:2:3:4:0:5');
  const group = fc.oneof(
    fc.constantFrom('0', '00', '0000', '0a', 'F'),
    fc.nat(0xffff).map((n) => n.toString(16)),
  );
  const address = fc
    .tuple(fc.array(group, { maxLength: 8 }), fc.array(group, { maxLength: 8 }))
    .map(([head, tail]) => `${head.join(':')}::${tail.join(':')}`);
  fc.assert(
    fc.property(address, (text) => {
      // What is longer is no address for the table.
      fc.pre(text.length <= 45);
      expect(from(text)).toBe(ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text).toString() : text);
    }),
    { numRuns: 1000, seed: 4 },
  );
});
