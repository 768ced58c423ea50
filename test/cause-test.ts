import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { attemptOf } from '../src/app/attempt.ts';
import { causes } from '../src/causes/index.gen.ts';
import { parseBundle } from '../src/facts/bundle.ts';
import type { Bundle } from '../src/model/bundle.ts';
import type { FactSource } from '../src/model/cause.ts';
import type { CauseId } from '../src/model/gate.ts';
import { conclude } from '../src/reason/conclude.ts';
import { investigate } from '../src/reason/investigate.ts';
import { otherServer } from '../src/reason/other-server.ts';

/** The healthy ones are asked about every cause. */
const read = new Map<string, readonly (readonly [string, Bundle])[]>();
const fixtures = path.join(import.meta.dirname, 'fixtures');

/** Bundles in a folder of test/fixtures, by file name. All were captured from real hosts by the lab. */
export function bundles(folder: string): readonly (readonly [string, Bundle])[] {
  const known = read.get(folder);
  if (known) return known;
  const full = path.join(fixtures, folder);
  if (!existsSync(full)) return [];
  const names = readdirSync(full).filter((name) => name.endsWith('.bundle'));
  const all = names.sort().map((name) => [name, parseBundle(readFileSync(path.join(full, name), 'utf8'))] as const);
  read.set(folder, all);
  return all;
}

function without(bundle: Bundle, source: FactSource<unknown>): Bundle {
  const reads = (name: string): boolean =>
    source.sections.some((s) => (s.endsWith('*') ? name.startsWith(s.slice(0, -1)) : name === s));
  return { ...bundle, sections: Object.fromEntries(Object.entries(bundle.sections).filter(([name]) => !reads(name))) };
}

/**
 * What is asked of every cause: found, with evidence that can be looked up, in each Bundle that the lab captured of it;
 * silent on healthy hosts; `unknown`, and said to be so, when a fact that each of its proofs needs is missing.
 */
export function causeTest(id: CauseId): void {
  const cause = causes.find((one) => one.id === id);
  if (!cause) throw new Error(`no cause ${id}: npm run gen`);
  const captured = bundles(`causes/${id}`);

  describe(id, () => {
    it('was captured by the lab', () => expect(captured.length).toBeGreaterThan(0));

    it.each(captured)('is found in %s', (_, bundle) => {
      const attempt = attemptOf(bundle);
      const found = conclude(causes, bundle, attempt).findings.filter((one) => one.id === id);
      expect(found.length).toBeGreaterThan(0);
      for (const finding of found) {
        expect(finding.text).not.toMatch(/undefined|\[object|NaN/);
        expect(finding.evidence.length).toBeGreaterThan(0);
        for (const seen of finding.evidence) {
          const section = bundle.sections[seen.section];
          expect(section, `evidence cites section ${seen.section}`).toBeDefined();
          if (seen.line !== undefined) {
            expect(section?.text.split('\n').length, `${seen.section}:${seen.line}`).toBeGreaterThanOrEqual(seen.line);
          }
        }
      }
    });

    it.each(captured)('is unknown without its facts in %s', (_, bundle) => {
      const attempt = attemptOf(bundle);
      const poor = cause.proofs.reduce((left, proof) => {
        const first = Object.values(proof.needs)[0];
        return first ? without(left, first) : left;
      }, bundle);
      const { sightings, obstacles } = investigate([cause], poor, attempt);
      expect(sightings).toEqual([]);
      expect(obstacles.map((one) => one.cause.id)).toEqual([id]);
    });

    it.each(bundles('healthy'))('is silent on %s', (_, bundle) => {
      const { findings } = conclude([cause], bundle, attemptOf(bundle));
      expect(findings.filter((one) => one.role === 'blocking' || one.role === 'degrading')).toEqual([]);
    });
  });
}

/** What such a host says: lines that are added to a section, or the section made anew from what a healthy host said. */
type Told = Readonly<Record<string, string | ((before: string) => string)>>;

function tell(bundle: Bundle, told: Told): Bundle {
  const sections = { ...bundle.sections };
  for (const [name, said] of Object.entries(told)) {
    const before = sections[name]?.status === 'ok' ? sections[name].text : '';
    const text = typeof said === 'string' ? `${before === '' ? '# journal' : before}\n${said}` : said(before);
    sections[name] = { status: 'ok', text };
  }
  return { ...bundle, sections };
}

/** Healthy hosts on which sshd is what answers. */
function sshds(): ReturnType<typeof bundles> {
  return bundles('healthy').filter(([, bundle]) => !otherServer(bundle, attemptOf(bundle)));
}

/** For a cause that the lab cannot show (`unshown`): found when real hosts also say this, silent when they do not. */
export function toldTest(id: CauseId, told: Told, text: RegExp): void {
  const cause = causes.find((one) => one.id === id);
  if (!cause) throw new Error(`no cause ${id}: npm run gen`);

  describe(id, () => {
    it('says why the lab does not show it', () => expect(cause.unshown?.length ?? 0).toBeGreaterThan(20));

    it.each(sshds())('is found on %s when it says so', (_, bundle) => {
      const { findings } = conclude([cause], tell(bundle, told), attemptOf(bundle));
      expect(findings.map((one) => one.text).join('\n')).toMatch(text);
      for (const { evidence } of findings) expect(evidence.length).toBeGreaterThan(0);
    });

    it.each(bundles('healthy'))('is silent on %s', (_, bundle) => {
      expect(conclude([cause], bundle, attemptOf(bundle)).findings).toEqual([]);
    });
  });
}
