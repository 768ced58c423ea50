import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visible } from '../../src/report/escape.ts';
import { junit } from '../../src/report/junit.ts';
import { xmlElements, xmlSkeleton } from './parsed.ts';
import { attack, attacked, real, UNSEEN } from './reports.ts';

describe('the JUnit report', () => {
  it('is well-formed, with no element that it did not write, whatever a host says', () => {
    fc.assert(
      fc.property(attack, (said) => {
        const { hostile, plain } = attacked(said);
        const xml = junit(hostile);
        expect(xml).not.toMatch(UNSEEN);
        expect(xmlSkeleton(xml)).toEqual(xmlSkeleton(junit(plain)));
      }),
    );
  });

  it.each(real)('has a test for each gate, with its cause: %s', (_, report) => {
    const all = xmlElements(junit(report));
    const named = (name: string): ReturnType<typeof xmlElements> => all.filter((one) => one.name === name);
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
