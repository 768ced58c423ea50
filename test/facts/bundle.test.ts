import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeBundles, parseBundle, pathOfSection, sectionName, writeBundle } from '../../src/facts/bundle.ts';
import { Unparsable } from '../../src/facts/source.ts';
import type { Bundle, SectionStatus } from '../../src/model/bundle.ts';

const HEAD = '=== sshwhy bundle 1 2026-01-02T03:04:05Z';

const line = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom('=== end a ok', '=== begin b', '=== end bundle', '|', HEAD, '\x1b[2J', 'rc=0'),
);
const text = fc
  .array(line, { minLength: 1, maxLength: 8 })
  .map((lines) => lines.map((each) => each.replace(/[\r\n]/g, ' ')).join('\n'));
const status = fc.constantFrom<SectionStatus>('ok', 'absent', 'denied', 'timed-out', 'unsupported', 'not-collected');
const bundles: fc.Arbitrary<Bundle> = fc
  .uniqueArray(fc.tuple(fc.stringMatching(/^[a-z][a-z-]{0,12}(:\/[a-z.]{1,10})?$/), status, text), {
    minLength: 1,
    maxLength: 6,
    selector: ([name]) => name,
  })
  .map((list) => ({
    schema: 1,
    takenAt: '2026-01-02T03:04:05Z',
    sections: Object.fromEntries(list.map(([name, is, content]) => [name, { status: is, text: content }])),
  }));

describe('a bundle', () => {
  it('is read back as it was written, whatever its sections say', () => {
    fc.assert(
      fc.property(bundles, (bundle) => {
        expect(parseBundle(writeBundle(bundle))).toEqual({
          ...bundle,
          sections: Object.assign(Object.create(null), bundle.sections),
        });
      }),
    );
  });

  it('survives a serial console: prompts, echoes, carriage returns, blank lines', () => {
    fc.assert(
      fc.property(bundles, (bundle) => {
        const pasted = writeBundle(bundle)
          .split('\n')
          .map((each, i) => `${each}\r\n${i % 3 === 0 ? 'root@web1:~# \r\n\r\n' : ''}`)
          .join('');
        expect(parseBundle(`cat script | sh\r\n${pasted}`)).toEqual(parseBundle(writeBundle(bundle)));
      }),
    );
  });

  it('is a bundle or an error for any text, never a crash', () => {
    const rubbish = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(line).map((lines) => [HEAD, ...lines].join('\n')),
    );
    fc.assert(
      fc.property(rubbish, (said) => {
        try {
          const { sections } = parseBundle(said);
          expect(Object.keys(sections).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(Unparsable);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('counts as far as it goes when it was cut off', () => {
    const whole = `${HEAD}\n=== begin a\n|1\n=== end a ok\n=== begin b\n|2\n|3`;
    expect(parseBundle(whole).sections['b']).toEqual({ status: 'ok', text: '2\n3', detail: 'truncated' });
  });

  it('takes the second on a name that both sides have', () => {
    const one = parseBundle(`${HEAD}\n=== begin a\n|1\n=== end a ok\n=== begin b\n|2\n=== end b ok\n`);
    const two = parseBundle(`${HEAD}\n=== begin b\n|3\n=== end b ok\n`);
    expect(mergeBundles(one, two).sections).toMatchObject({ a: { text: '1' }, b: { text: '3' } });
  });

  it('names files without white space and finds the path again', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\/[ -~\t]{1,40}$/), (path) => {
        expect(sectionName(path)).not.toMatch(/\s/);
        expect(pathOfSection(sectionName(path))).toBe(path);
      }),
    );
  });
});
