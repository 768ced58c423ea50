import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sectionName } from '../../src/facts/bundle.ts';
import type { Report } from '../../src/model/report.ts';
import { visible } from '../../src/report/escape.ts';
import { diagnosisSarif } from '../../src/report/sarif.ts';
import { sarifLocation } from '../../src/report/sarif-log.ts';
import { sarifRun, strings } from './parsed.ts';
import { attack, attacked, everything, real, UNSEEN } from './reports.ts';

// biome-ignore lint/suspicious/noExplicitAny: what the schema has just found to be a log
const log = (report: Report): any => sarifRun(diagnosisSarif(report));

describe('the causes as SARIF', () => {
  it('are what the schema of SARIF says, with nothing invisible, whatever a host says', () => {
    fc.assert(
      fc.property(attack, (said) => {
        const { hostile } = attacked(said);
        for (const text of strings(log(hostile))) expect(text).not.toMatch(UNSEEN);
      }),
    );
  });

  it.each([...real, ['all parts', everything] as const])('are all there, each with its rule: %s', (_, report) => {
    const { results, tool } = log(report);
    expect(results).toHaveLength(report.causes.length);
    for (const [at, cause] of report.causes.entries()) {
      const one = results[at];
      expect(one).toMatchObject({ ruleId: cause.id, message: { text: visible(cause.text) } });
      expect(tool.driver.rules[one.ruleIndex].id).toBe(cause.id);
      expect(tool.driver.rules[one.ruleIndex].fullDescription.text.length).toBeGreaterThan(20);
      if (cause.role === 'blocking')
        expect(one.level).toBe({ confirmed: 'error', likely: 'warning', possible: 'note' }[cause.verdict]);
      else expect(one.level).not.toBe('error');
      expect(one.locations.length + one.relatedLocations.length).toBe(Math.min(cause.evidence.length, 10));
    }
  });

  it('name a file by a URI that leads back to it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        // The name of a section holds no white space or control beyond ASCII in a form that leads back.
        fc.pre(!/[\0/]|[^\P{Cc}\0-\x7f]|[^\S\0-\x7f]/u.test(name) && !/^\.\.?$/.test(name));
        // biome-ignore lint/suspicious/noExplicitAny: a location of a file
        const { physicalLocation } = sarifLocation({ section: sectionName(`/etc/${name}`), line: 3, text: 'x' }) as any;
        const { uri } = physicalLocation.artifactLocation;
        expect(fileURLToPath(new URL(uri, 'file:///'))).toBe(`/etc/${name}`);
        expect(physicalLocation.region.startLine).toBe(3);
      }),
    );
    expect(sarifLocation({ section: 'nft', line: 3, text: 'x\x1b' })).toEqual({
      logicalLocations: [{ name: 'nft', kind: 'resource' }],
      message: { text: 'x\\x1b' },
    });
  });
});
