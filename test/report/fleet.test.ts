import fc from 'fast-check';
import { parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { judgeServer } from '../../src/app/fleet/server.ts';
import type { FleetHost } from '../../src/model/fleet.ts';
import { fleetDiff } from '../../src/reason/fleet/diff.ts';
import { type FleetRun, runTally } from '../../src/reason/fleet/run.ts';
import { fleetMatrix, fleetText } from '../../src/report/fleet/check.ts';
import { fleetDiffText } from '../../src/report/fleet/diff.ts';
import { diffJunit, diffMarkdown, diffSarif } from '../../src/report/fleet/diff-reports.ts';
import { driftText } from '../../src/report/fleet/drift.ts';
import { fleetJunit } from '../../src/report/fleet/junit.ts';
import { fleetMarkdown } from '../../src/report/fleet/markdown.ts';
import { fleetSarif } from '../../src/report/fleet/sarif.ts';
import { fleetDiffPage } from '../../src/report/html/fleet/diff.ts';
import { fleetPage } from '../../src/report/html/fleet/page.ts';
import { bundles } from '../cause-test.ts';
import {
  all,
  attribute,
  htmlSkeleton,
  markdownParser,
  markdownSkeleton,
  sarifRun,
  strings,
  tags,
  xmlElements,
  xmlSkeleton,
} from './parsed.ts';
import { attack, harmless, UNSEEN } from './reports.ts';

const FOLDERS = [
  'healthy',
  'causes/firewall/host-drop',
  'causes/daemon/config-invalid',
  'causes/auth/authorized-keys-modes',
];

/** Real hosts, two of each kind, in two groups that should be alike and are not. */
const real: readonly FleetHost[] = FOLDERS.flatMap((folder, at) =>
  bundles(folder)
    .slice(0, 2)
    .map(([, bundle], i): FleetHost => {
      const host = {
        name: `web${at}${i}`,
        address: `192.0.2.${10 * at + i}`,
        groups: [i ? 'db' : 'web'],
        tags: ['eu'],
      };
      const base = { kind: 'host' as const, port: 22, at: bundle.takenAt, ms: { look: 412 }, server: 'SSH-2.0-x' };
      return { ...base, ...host, ...judgeServer({})(host, bundle) };
    }),
);

const VIEW = { color: true, width: 100 };
const runOf = (hosts: readonly FleetHost[]): FleetRun => {
  const tally = runTally({ alike: [...new Set(hosts.flatMap(({ groups }) => groups))] });
  for (const host of hosts) tally.see(host);
  return tally.end({ ms: 1200, interrupted: false });
};

/** The same run with `word` for every text that a host, its file or the inventory chose. */
function withWord(word: string): readonly FleetHost[] {
  return real.map((host, at) => ({
    ...host,
    name: `${at}${word}`,
    address: word,
    groups: [`${at % 2}${word}`],
    tags: [word],
    says: word,
    server: word,
    found: host.found.map((one) => ({
      ...one,
      says: word,
      subject: word,
      evidence: (one.evidence ?? []).map((each) => ({ ...each, section: word, text: word })),
    })),
    facts: Object.fromEntries(
      Object.entries(host.facts ?? {}).map(([name, { at: where }], nth) => [
        nth % 5 === 0 ? `sshd ${nth}${word}` : name,
        { is: `${word}${at % 4}`, ...(where === undefined ? {} : { at: word }) },
      ]),
    ),
  }));
}

/** Each output for people, for a browser and for programs, and what its structure is. */
const OUTPUTS: readonly (readonly [string, (hosts: readonly FleetHost[]) => string, (text: string) => unknown])[] = [
  ['page', (hosts) => fleetPage(runOf(hosts)), (text) => htmlSkeleton(parse(text))],
  ['page of a diff', (hosts) => fleetDiffPage(fleetDiff(real, hosts)), (text) => htmlSkeleton(parse(text))],
  ['Markdown', (hosts) => fleetMarkdown(runOf(hosts)), (text) => markdownSkeleton(markdownParser.parse(text, {}))],
  [
    'Markdown of a diff',
    (hosts) => diffMarkdown(fleetDiff(real, hosts)),
    (text) => markdownSkeleton(markdownParser.parse(text, {})),
  ],
  ['JUnit', (hosts) => fleetJunit(runOf(hosts)), xmlSkeleton],
  ['JUnit of a diff', (hosts) => diffJunit(fleetDiff(real, hosts)), xmlSkeleton],
];
/** Colours that the program chose itself. */
const COLOR = /\x1b\[\d{1,2}m/g;
const TERMINAL: readonly (readonly [string, (hosts: readonly FleetHost[]) => string])[] = [
  ['summary', (hosts) => fleetText(runOf(hosts).summary, VIEW)],
  ['matrix', (hosts) => fleetMatrix(hosts, VIEW)],
  ['drift', (hosts) => driftText(runOf(hosts).drift, VIEW)],
  ['diff', (hosts) => fleetDiffText(fleetDiff(real, hosts), VIEW)],
];

describe('whatever hosts, files and inventories say', () => {
  it.each(OUTPUTS)('the %s has nothing that its template did not write', (_, made, skeleton) => {
    fc.assert(
      fc.property(attack, (said) => {
        const text = made(withWord(said));
        expect(text).not.toMatch(UNSEEN);
        expect(skeleton(text)).toEqual(skeleton(made(withWord(harmless(said)))));
      }),
      { numRuns: 20 },
    );
  });

  it.each(TERMINAL)('the %s on a terminal has no control character but its own colours', (_, made) => {
    fc.assert(
      fc.property(attack, (said) => {
        expect(made(withWord(said)).replaceAll(COLOR, '')).not.toMatch(UNSEEN);
      }),
      { numRuns: 20 },
    );
  });

  it('the SARIF logs are valid, with nothing invisible', () => {
    fc.assert(
      fc.property(attack, (said) => {
        const hosts = withWord(said);
        for (const made of [fleetSarif(runOf(hosts)), diffSarif(fleetDiff(real, hosts), '2026-11-25T10:00:00Z')])
          for (const text of strings(sarifRun(made))) expect(text).not.toMatch(UNSEEN);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a run of real hosts', () => {
  const run = runOf(real);
  const broken = real.filter(({ outcome }) => outcome === 'closed');

  it('is a page that loads nothing, with a row for each host', () => {
    const page = parse(fleetPage(run));
    const policy = tags(page, 'meta').find((one) => attribute(one, 'http-equiv') === 'Content-Security-Policy');
    expect(policy && attribute(policy, 'content')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'$/,
    );
    for (const one of all(page))
      for (const { name, value } of one.attrs) {
        expect(name).not.toMatch(/^on|^style$|^src|^srcset$|^action$/);
        if (name === 'href') expect(value).toMatch(/^#/);
      }
    const ids = all(page).flatMap((one) => attribute(one, 'id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { name } of real) expect(fleetPage(run)).toContain(name);
  });

  it('is a test for each host, and those that are closed fail', () => {
    const made = xmlElements(fleetJunit(run));
    expect(made.filter(({ name }) => name === 'testcase')).toHaveLength(real.length);
    expect(made.filter(({ name }) => name === 'failure')).toHaveLength(broken.length);
    expect(broken.length).toBeGreaterThan(3);
  });

  it('is a result for each finding, which names its host', () => {
    const results: { ruleId: string; message: { text: string } }[] = sarifRun(fleetSarif(run)).results;
    const told = results.filter(({ ruleId }) => ruleId !== 'fleet/drift');
    const found = real.flatMap(({ name, found }) => found.map(({ id, says }) => [id, `${name}: ${says}`]));
    expect(told.map(({ ruleId, message }) => [ruleId, message.text]).sort()).toEqual(found.sort());
  });

  it('says in the ticket which hosts have the same cause, and what mends it', () => {
    const ticket = fleetMarkdown(run);
    for (const { id, count, hosts } of run.summary.groups) {
      expect(count).toBe(hosts.length);
      expect(ticket).toContain(id);
    }
  });
});
