import { describe, expect, it } from 'vitest';
import { judgeKeys } from '../../../src/app/fleet/keys.ts';
import { decodedResult, encodedResult, MOST } from '../../../src/collect/queue/message.ts';
import { type FleetHost, fleetHostSchema, fleetLineSchema, fleetSummarySchema } from '../../../src/model/fleet.ts';
import type { FleetWay } from '../../../src/model/fleet-keys.ts';
import { fleetDiff } from '../../../src/reason/fleet/diff.ts';
import { driftOf } from '../../../src/reason/fleet/drift.ts';
import { keysTally } from '../../../src/reason/fleet/keys.ts';
import { matrixOf } from '../../../src/reason/fleet/matrix.ts';
import { runTally } from '../../../src/reason/fleet/run.ts';
import { bundles } from '../../cause-test.ts';
import { line } from './hosts.ts';

const [first] = bundles('keyring');
if (!first) throw new Error('no host was captured');
const [, captured] = first;
const question = { failOn: 'medium', now: Date.parse(captured.takenAt) } as const;

/** A line of a run, of the captured host. */
const told = (name: string, bundle = captured): FleetHost =>
  fleetHostSchema.parse({
    ...line(name),
    ...judgeKeys(question)({ name, address: '192.0.2.1', groups: [], tags: [] }, bundle),
  });
const whole = told('web1');
const ways = whole.keys?.ways ?? [];
const [one] = ways.filter(({ account, comment }) => account === 'alice' && comment === 'alice@laptop');
if (!one || !whole.keys) throw new Error('alice has no key');
const sound = whole.keys;
/** A host on which nothing is but these ways in. */
const host = (name: string, own: readonly Partial<FleetWay>[], more: Partial<FleetHost['keys']> = {}): FleetHost =>
  fleetHostSchema.parse({
    ...line(name),
    asked: 'keys',
    gates: [],
    keys: {
      ...sound,
      ways: own.map((way) => ({ ...one, ...way })),
      authorities: [],
      holders: [],
      hostKeys: [],
      unseen: [],
      ...more,
    },
  });
const sums = (hosts: readonly FleetHost[], asks: Parameters<typeof keysTally>[0] = {}) => {
  const tally = keysTally(asks);
  for (const each of hosts) tally.see(each);
  return tally.end();
};
const key = (at: number): string => `SHA256:${String(at).padStart(43, 'A')}`;

describe('the keys of one host', () => {
  it('are all in its line, with what is wrong with them', () => {
    expect(whole.outcome).toBe('degraded');
    expect(whole.keys?.whole).toBe(true);
    expect(whole.found.map(({ id }) => id)).toEqual(expect.arrayContaining(['duplicate-key', 'stray-file']));
    expect(whole.found.every(({ severity, verdict }) => severity !== undefined && verdict === undefined)).toBe(true);
    expect(whole.says).toMatch(/^\d+ keys open \d+ accounts, \d+ of them root's; found: .*\d+ high/);
    expect(whole.found.find(({ evidence = [] }) => evidence[0]?.section.startsWith('file:'))).toBeDefined();
    // Lines of the log say who logged in from where; a line of a run has no use for them.
    expect(JSON.stringify(whole.keys)).not.toContain('Accepted publickey');
    expect(whole.facts?.['keys of alice']?.is).toContain(one.fingerprint);
  });

  it('are never well where not all could be read', () => {
    const meta = captured.sections['meta'];
    if (!meta) throw new Error('no meta');
    const blind = told('web1', {
      ...captured,
      sections: { ...captured.sections, meta: { ...meta, text: meta.text.replace(/^uid=0$/m, 'uid=1000') } },
    });
    expect(blind.keys?.whole).toBe(false);
    expect(blind.says).toMatch(/as far as was seen; not seen: .*root/);
    expect(blind.facts).toEqual({});
    const { meta: _, ...sections } = captured.sections;
    const none = told('web1', { ...captured, sections });
    expect(none).toMatchObject({ outcome: 'unknown', found: [] });
    expect(none.keys).toBeUndefined();
  });

  it('are unknown without root even when nothing is found', () => {
    const meta = captured.sections['meta'];
    const judge = judgeKeys({ ...question, failOn: 'critical' });
    const text = (meta?.text ?? '').replace(/^uid=0$/m, 'uid=1000');
    const made = judge(
      { name: 'web1', address: '192.0.2.1', groups: [], tags: [] },
      { ...captured, sections: { ...captured.sections, meta: { status: 'ok', text } } },
    );
    expect(made.outcome).toBe('unknown');
  });

  it('fit into a message, and what has no room there is not known', () => {
    const many = host(
      'web1',
      Array.from({ length: 1000 }, (_, at) => ({ fingerprint: key(at), line: at + 1 })),
    );
    const data = encodedResult({ ...many, outcome: 'open' });
    expect(data.length).toBeLessThanOrEqual(MOST.result);
    const back = decodedResult(data);
    if (typeof back === 'string') throw new Error(back);
    expect(back.outcome).toBe('unknown');
    expect(back.keys?.whole).toBe(false);
    expect((back.keys?.ways.length ?? 0) + (back.keys?.further ?? 0)).toBe(1000);
    expect(back.keys?.unseen[0]?.why).toBe('there are too many');
  });
});

describe('keys across hosts', () => {
  it('say which opens most, and as whom', () => {
    const hosts = Array.from({ length: 38 }, (_, at) => host(`web${at}`, [{ account: 'root', uid: 0 }]));
    const { sums: made } = sums([...hosts, host('db1', [{ fingerprint: key(1) }])]);
    expect(made).toMatchObject({ keys: 2, ways: 39, seen: 39, partly: 0, unseen: 0, findings: [] });
    expect(made?.widest[0]).toMatchObject({ hosts: 38, root: 38, accounts: 38, fingerprint: one.fingerprint });
    expect(made?.widest[0]?.says).toBe(
      `${one.type} ${one.fingerprint} (alice@laptop) opens 38 hosts, on each of them as root.`,
    );
  });

  it('find what one host alone does not show', () => {
    const { sums: made } = sums([
      host('web1', [{ account: 'alice' }]),
      host('web2', [{ account: 'bob' }]),
      host('db1', [{ fingerprint: key(1), account: 'root', uid: 0 }]),
      host('build', [], {
        holders: [{ ...one, account: 'ci', file: '/home/ci/.ssh/id.pub', privateHalf: true, fingerprint: key(1) }].map(
          ({ account, file, privateHalf, fingerprint, type, size, comment }) => ({
            ...{ account, file, privateHalf, fingerprint, type, size, comment },
          }),
        ),
      }),
    ]);
    expect(made?.findings.map(({ id, severity }) => `${severity} ${id}`)).toEqual([
      'high key-lies-on-server',
      'medium shared-key',
    ]);
    expect(made?.worst).toBe('high');
    expect(made?.findings[0]?.text).toContain('lies on build in the home of ci');
  });

  it('do not tell again what a host has said', () => {
    const { sums: made } = sums([whole]);
    const said = new Set(whole.found.map(({ id }) => id));
    expect(made?.findings.filter(({ id }) => said.has(id))).toEqual([]);
  });

  it('know a key of nobody', () => {
    const all = [host('web1', [{}, { fingerprint: key(1), account: 'root', uid: 0, comment: 'old' }])];
    const people = new Map([[one.fingerprint, 'Alice']]);
    expect(
      sums(all, { people }).sums?.findings.map(({ id, severity, fingerprint }) => [id, severity, fingerprint]),
    ).toEqual([['key-of-nobody', 'high', key(1)]]);
    expect(
      sums(all, { people }).sums?.widest.find(({ fingerprint }) => fingerprint === one.fingerprint)?.names[0],
    ).toBe('Alice');
    expect(sums([host('web1', [{ comment: '' }])]).sums?.findings[0]).toMatchObject({
      id: 'key-without-name',
      severity: 'low',
    });
  });

  it('are no part of a run that did not ask for them', () => {
    expect(sums([line('web1')])).toEqual({ keys: [] });
  });
});

describe('where a key gets in', () => {
  const asks = { keys: [{ fingerprint: key(1), name: 'leaver' }] };

  it('is told with every way, what is closed, and what is not known', () => {
    const hosts = [
      host('web1', [
        { fingerprint: key(1), account: 'root', uid: 0, options: [{ name: 'from', value: '192.0.2.0/24' }] },
      ]),
      host('web2', [{ fingerprint: key(1), standing: 'closed', why: ['revoked in /etc/ssh/revoked'] }]),
      host('web3', [{}], {
        whole: false,
        unseen: [{ what: 'files of other accounts', why: 'it was not root who looked' }],
      }),
      { ...line('web4', { asked: 'keys', outcome: 'unknown', says: 'ssh: no route' }), gates: [] },
    ];
    const [made] = sums(hosts, asks).keys;
    expect(fleetLineSchema.parse(made)).toEqual(made);
    expect(made).toMatchObject({ hosts: 1, root: 1, accounts: 1, unknown: 2, names: ['leaver', 'alice@laptop'] });
    expect(made?.ways.map(({ host: at, standing, options }) => [at, standing, options])).toEqual([
      ['web1', 'open', 'from="192.0.2.0/24"'],
      ['web2', 'closed', ''],
    ]);
    expect(made?.says).toContain('opens 1 host, there as root. Of 2 hosts it is not known, wholly or partly.');
  });

  it('goes on by private halves that lie where it opens, and ends in a circle', () => {
    const holder = (account: string, at: number) => ({
      ...{ account, file: '/home/x/.ssh/id.pub', privateHalf: true, fingerprint: key(at) },
      ...{ type: 'ED25519', size: 256, comment: '' },
    });
    const hosts = [
      host('a', [{ fingerprint: key(1) }], { holders: [holder('alice', 2)] }),
      host('b', [{ fingerprint: key(2), account: 'root', uid: 0 }], { holders: [holder('root', 3)] }),
      host('c', [{ fingerprint: key(3) }], { holders: [holder('alice', 2)] }),
      host('d', [{ fingerprint: key(3), standing: 'closed' }]),
    ];
    const [made] = sums(hosts, asks).keys;
    expect(made?.ways.map(({ host: at, via, standing }) => [at, via, standing])).toEqual([
      ['a', [], 'open'],
      ['b', ['alice@a'], 'unknown'],
      ['c', ['alice@a', 'root@b'], 'unknown'],
    ]);
    expect(made).toMatchObject({ hosts: 3, root: 1 });
  });

  it('is no "nowhere" when nothing could be looked at', () => {
    const [made] = sums(
      [{ ...line('web4', { asked: 'keys', outcome: 'unknown', says: 'no route' }), gates: [] }],
      asks,
    ).keys;
    expect(made?.says).toMatch(/^Nothing is known of .*: no host could be looked at\.$/);
    const [other] = sums([host('web1', [{}], { authorities: sound.authorities })], asks).keys;
    expect(other?.says).toMatch(/opens nothing that was seen on 1 host\./);
  });
});

describe('two runs about keys', () => {
  const kinds = (before: FleetHost, after: FleetHost) =>
    fleetDiff([before], [after]).map(({ kind, grants }) => [
      kind,
      grants?.came.length,
      grants?.changed.length,
      grants?.went.length,
      grants?.unsure,
    ]);
  const [two, more] = [{ fingerprint: key(2) }, { options: [{ name: 'restrict', value: '' }] }];

  it('say which ways in came, changed and went', () => {
    expect(kinds(host('a', [{}]), host('a', [{}]))).toEqual([]);
    expect(kinds(host('a', [{}]), host('a', [{ line: 9 }]))).toEqual([]);
    expect(kinds(host('a', [{}]), host('a', [{}, two]))).toEqual([['worse', 1, 0, 0, false]]);
    expect(kinds(host('a', [{}, two]), host('a', [{}]))).toEqual([['better', 0, 0, 1, false]]);
    expect(kinds(host('a', [more]), host('a', [{}]))).toEqual([['worse', 0, 1, 0, false]]);
    expect(kinds(host('a', [{}]), host('a', [{ standing: 'closed' }]))).toEqual([['other', 0, 1, 0, false]]);
  });

  it('take nothing for gone that could not be seen', () => {
    const partly = host('a', [{}], { whole: false });
    expect(kinds(host('a', [{}, two]), partly)).toEqual([]);
    expect(kinds(partly, host('a', [{}, two]))).toEqual([]);
    expect(kinds(partly, host('a', [{ ...more }, two]))[0]).toEqual(['worse', 0, 1, 0, true]);
    expect(
      kinds(host('a', [{}, two]), { ...line('a', { asked: 'keys', outcome: 'unknown' }) })[0]?.slice(1, 4),
    ).toEqual([undefined, undefined, undefined]);
  });
});

it('a run about keys has a matrix of rules, and drift by account', () => {
  const other = host('web2', [{ fingerprint: key(2) }]);
  const { columns, rows } = matrixOf([whole, other, { ...other, name: 'web3', keys: { ...sound, whole: false } }]);
  expect(columns).toContain('duplicate-key');
  const at = columns.indexOf('duplicate-key');
  expect(rows.map(({ cells }) => cells[at])).toEqual(['broken', 'unknown', 'ok']);
  const facts = (is: string) => ({ 'keys of root': { is } });
  const alike = ['a', 'b', 'c'].map((name, index) => ({ ...host(name, [{}]), facts: facts(index === 2 ? 'y' : 'x') }));
  expect(driftOf(alike)[0]?.differs[0]).toMatchObject({ about: 'keys of root', kind: 'minority' });
  const tally = runTally();
  tally.see(whole);
  const { summary } = tally.end({ ms: 1, interrupted: false });
  expect(fleetSummarySchema.parse(summary)).toEqual(summary);
  // Several keys with one fault are one host with that fault.
  expect(summary.groups.every(({ count }) => count === 1)).toBe(true);
});
