import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fleetLineSchema } from '../../../src/model/fleet.ts';
import { driftOf } from '../../../src/reason/fleet/drift.ts';
import { line, lines } from './hosts.ts';

const only = <T>(all: readonly T[]): T => {
  expect(all).toHaveLength(1);
  return all[0] as T;
};
const setting = (is: string, at = '/etc/ssh/sshd_config:12') => ({ facts: { 'sshd PermitRootLogin': { is, at } } });

describe('drift', () => {
  it('names the one that is not as 37 of 38 are, with the place that says so', () => {
    const drift = only(driftOf(lines(38, (at) => setting(at === 6 ? 'yes' : 'no', `/etc/ssh/sshd_config:${at}`))));
    const one = only(drift.differs);
    expect(one).toMatchObject({ about: 'sshd PermitRootLogin', kind: 'minority', told: 38, untold: 0 });
    expect(one.says).toBe('sshd PermitRootLogin: 37 of 38 have no, web7 has yes.');
    expect(one.values[1]).toEqual({
      value: 'yes',
      count: 1,
      hosts: [{ name: 'web7', port: 22, at: '/etc/ssh/sshd_config:6' }],
    });
    // What they were found to have is the same: nothing.
    expect(drift.same).toBe(1);
    expect(drift.says).toBe('38 hosts: 1 thing the same, 1 differs.');
    expect(() => fleetLineSchema.parse(drift)).not.toThrow();
  });

  it('says where nobody can tell what is right', () => {
    const two = only(only(driftOf(lines(2, (at) => setting(at === 0 ? 'no' : 'yes')))).differs);
    expect(two.kind).toBe('tie');
    expect(two.says).toMatch(/Two hosts cannot tell which of them is right\.$/);
    const four = only(only(driftOf(lines(4, (at) => setting(at < 2 ? 'no' : 'yes')))).differs);
    expect(four.says).toMatch(/there is no majority\.$/);
    const split = only(only(driftOf(lines(5, (at) => setting(['a', 'a', 'b', 'c', 'd'][at] ?? '')))).differs);
    expect([split.kind, split.says]).toEqual([
      'split',
      expect.stringMatching(/No value has more than half of them\.$/),
    ]);
    const three = only(driftOf(lines(3, (at) => setting(at < 2 ? 'no' : 'yes'))));
    expect(three.says).toContain('With 3 hosts a majority says little.');
    const own = only(only(driftOf(lines(5, (at) => setting(`v${at}`)))).differs);
    expect(own.says).toBe('sshd PermitRootLogin: each of the 5 hosts has its own.');
    expect(only(driftOf(lines(1, () => setting('no')))).says).toMatch(/^Only one host was looked at/);
  });

  it('takes what is not known for no difference, and what was not looked at for no host', () => {
    const drift = only(
      driftOf([
        ...lines(3, (at) => (at === 0 ? {} : setting('no'))),
        line('down', { outcome: 'unknown' }),
        line('far', { outcome: 'not-asked' }),
      ]),
    );
    expect(drift).toMatchObject({ hosts: 5, blind: 2, differs: [], same: 2 });
    const some = only(only(driftOf(lines(4, (at) => (at === 0 ? {} : setting(at === 1 ? 'yes' : 'no'))))).differs);
    expect(some).toMatchObject({ told: 3, untold: 1, says: expect.stringContaining('Not known of 1.') });
  });

  it("takes each host's own address and name out before it compares", () => {
    const drift = only(
      driftOf(
        lines(4, (at) => ({
          address: `192.0.2.${at + 1}`,
          facts: {
            'sshd ListenAddress': { is: `192.0.2.${at + 1}:22` },
            banner: { is: `/etc/issue.web${at + 1}` },
          },
        })),
      ),
    );
    expect(drift.differs).toEqual([]);
    // 192.0.2.1 is no part of 192.0.2.11.
    const other = only(driftOf(lines(2, (at) => ({ facts: { x: { is: at === 0 ? '192.0.2.11' : '192.0.2.12' } } }))));
    expect(only(other.differs).values.map(({ value }) => value)).toEqual(['192.0.2.11', '192.0.2.12']);
  });

  it('compares groups of the inventory, or what is named, or all where there are none', () => {
    const hosts = [
      ...lines(3, (at) => ({ groups: ['all', 'web'], tags: ['eu'], ...setting(at === 0 ? 'yes' : 'no') })),
      ...lines(3).map((one) => ({ ...one, name: `db-${one.name}`, groups: ['db'], tags: ['eu'] })),
    ];
    expect(driftOf(hosts).map(({ alike }) => alike)).toEqual([
      { by: 'group', name: 'web' },
      { by: 'group', name: 'db' },
    ]);
    expect(driftOf(hosts, { alike: ['eu'] })).toMatchObject([{ alike: { by: 'tag', name: 'eu' }, hosts: 6 }]);
    expect(driftOf(hosts, { alike: ['nobody'] })).toEqual([]);
    expect(driftOf(lines(2, () => ({ groups: [] })))).toMatchObject([{ alike: { by: 'all' }, hosts: 2 }]);
  });

  it('says of a long list only what tells it from the others', () => {
    const list = Array.from({ length: 12 }, (_, at) => `cipher-${at}@openssh.com`);
    const drift = only(
      driftOf(
        lines(4, (at) => ({ facts: { ciphers: { is: (at === 2 ? [...list.slice(1), '3des-cbc'] : list).join() } } })),
      ),
    );
    expect(only(drift.differs).says).toMatch(/web3 has that without cipher-0@openssh.com, but with 3des-cbc\.$/);
  });

  it('counts every host once, whatever they have', () => {
    const value = fc.constantFrom('a', 'b', 'c', undefined);
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), (values) => {
        const [drift] = driftOf(
          lines(values.length, (at) => (values[at] === undefined ? {} : setting(values[at] ?? ''))),
        );
        for (const { about, told, untold, values: held, further, kind } of drift?.differs ?? []) {
          expect(told + untold).toBe(values.length);
          expect(held.reduce((sum, { count }) => sum + count, further)).toBe(told);
          if (about.startsWith('sshd')) expect(told).toBe(values.filter((one) => one !== undefined).length);
          expect(kind === 'minority').toBe((held[0]?.count ?? 0) * 2 > told);
        }
      }),
    );
  });
});
