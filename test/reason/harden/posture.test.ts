import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { harden } from '../../../src/app/harden.ts';
import { namedProfile } from '../../../src/cli/profile.ts';
import { parseBundle } from '../../../src/facts/bundle.ts';
import type { HardenReport } from '../../../src/model/harden-report.ts';
import { postureOf, scoreOf, statusLetters } from '../../../src/reason/harden/posture.ts';

const profile = await namedProfile('sshwhy');
const report = (name: string, input: string): HardenReport =>
  harden(parseBundle(readFileSync(path.join(import.meta.dirname, `../../fixtures/harden/${name}.bundle`), 'utf8')), {
    input,
    profile,
    failOn: 'medium',
    today: '2026-11-25',
    plan: false,
  });
const one = report('bookworm-everything', 'root@a');
const two = report('trixie-everything', 'root@b');

it('hosts that call themselves the same stay two, and each control is counted once for each', () => {
  const { hosts, controls } = postureOf([one, two]);
  expect(hosts.map(({ host }) => host).toSorted()).toEqual(['web1 (root@a)', 'web1 (root@b)']);
  for (const { counts } of controls) expect(Object.values(counts).reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(2);
  const [first] = hosts;
  expect(first?.counts).toEqual(one.counts);
  expect(statusLetters(one.results, controls)).toHaveLength(controls.length);
});

it('the newest counts, and what became worse since the one before is told', () => {
  const fails = one.results.findIndex(({ status }) => status === 'fail');
  const before = {
    ...one,
    takenAt: '2026-01-01T00:00:00Z',
    results: one.results.map((result, at) => (at === fails ? { ...result, status: 'pass' as const } : result)),
  };
  for (const given of [
    [before, one],
    [one, before],
  ]) {
    const { hosts } = postureOf(given);
    expect(hosts).toHaveLength(1);
    expect(hosts[0]?.takenAt).toBe(one.takenAt);
    expect(hosts[0]?.drift?.changes).toMatchObject([{ direction: 'worse' }]);
  }
  expect(postureOf([one]).hosts[0]?.drift).toBeUndefined();
  expect(postureOf([{ ...before, profile: { name: 'cis', title: '' } }, one]).hosts[0]?.drift).toBeUndefined();
});

it('only all of it is 100', () => {
  const counts = { fail: 0, unknown: 0, waived: 0, pass: 0, 'not-applicable': 5 };
  expect(scoreOf(counts)).toBeUndefined();
  expect(scoreOf({ ...counts, pass: 999, unknown: 1 })).toBe(99);
  expect(scoreOf({ ...counts, pass: 7 })).toBe(100);
});
