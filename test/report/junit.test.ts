import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { visible } from '../../src/report/escape.ts';
import { junit } from '../../src/report/junit.ts';
import { attack, attacked, real, UNSEEN } from './reports.ts';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** Elements in their order. @throws Error when the text is not well-formed XML 1.0. */
function elements(xml: string): Element[] {
  const parser = new SaxesParser();
  const found: Element[] = [];
  const open: Element[] = [];
  parser.on('error', (error) => {
    throw error;
  });
  for (const kind of ['cdata', 'comment', 'doctype', 'processinginstruction'] as const)
    parser.on(kind, () => {
      throw new Error(`no ${kind} is written`);
    });
  parser.on('opentag', ({ name, attributes }) => {
    const one = { name, attributes: attributes as Record<string, string>, text: '' };
    found.push(one);
    open.push(one);
  });
  parser.on('text', (text) => {
    const one = open.at(-1);
    if (one) one.text += text;
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return found;
}

const skeleton = (xml: string): unknown =>
  elements(xml).map(({ name, attributes }) => [name, ...Object.keys(attributes)]);

describe('the JUnit report', () => {
  it('is well-formed, with no element that it did not write, whatever a host says', () => {
    fc.assert(
      fc.property(attack, (said) => {
        const { hostile, plain } = attacked(said);
        const xml = junit(hostile);
        expect(xml).not.toMatch(UNSEEN);
        expect(skeleton(xml)).toEqual(skeleton(junit(plain)));
      }),
    );
  });

  it.each(real)('has a test for each gate, with its cause: %s', (_, report) => {
    const all = elements(junit(report));
    const named = (name: string): Element[] => all.filter((one) => one.name === name);
    expect(named('testcase').map(({ attributes }) => attributes['name'])).toEqual(report.gates.map(({ gate }) => gate));
    const failures = named('failure');
    const closed = report.gates.filter(({ outcome }) => outcome === 'closed');
    expect(failures.map(({ attributes }) => attributes['message'])).toEqual(
      closed.map(({ detail }) => visible(detail)),
    );
    for (const totals of [...named('testsuites'), ...named('testsuite')])
      expect(totals.attributes).toMatchObject({
        tests: '10',
        failures: String(failures.length),
        skipped: String(named('skipped').length),
      });
    for (const { attributes, text } of failures)
      if (attributes['type'] !== 'not-found') expect(text).toContain(attributes['type']);
    const first = report.causes.find(({ role, verdict }) => role === 'blocking' && verdict !== 'possible');
    if (first) expect(failures.map(({ attributes }) => attributes['type'])).toContain(first.id);
  });
});
