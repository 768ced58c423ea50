import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtIn } from '../../src/app/harden-profile.ts';
import { problems } from '../../src/facts/sshd/check.ts';
import { runningConfig } from '../../src/facts/sshd/running.ts';
import type { Bundle } from '../../src/model/bundle.ts';
import { PROFILES } from '../../src/model/control.ts';
import { type Profile, resultKey } from '../../src/model/hardening.ts';
import { DROP_IN, dropIn } from '../../src/remedy/drop-in.ts';
import { hardenPlan } from '../../src/remedy/harden-plan.ts';
import {
  ALL,
  behind,
  edited,
  inFront,
  judged,
  linesBefore,
  MAIN,
  plain,
  TODAY,
  withoutInclude,
} from '../harden-bundles.ts';
import { lines } from '../harden-lines.ts';

const plan = (bundle: Bundle, profile: Profile = ALL) => hardenPlan(bundle, judged(bundle, profile), profile, TODAY);
const configOf = (bundle: Bundle) => {
  const fact = runningConfig.read(bundle);
  if (!fact.known) throw new Error('no configuration');
  return fact.value.config;
};

describe.each(plain)('the drop-in for %s', (_, bundle) => {
  it.each([...PROFILES, 'all'] as const)('satisfies what it is made for, of %s, whatever was set before', (name) => {
    const profile = name === 'all' ? ALL : builtIn(name);
    fc.assert(
      fc.property(lines, (set) => {
        const host = inFront(bundle, 'Include /etc/ssh/sshd_config.d/*.conf', ...set);
        const results = judged(host, profile);
        const text = dropIn(results, configOf(host));
        const wanted = results
          .filter(({ status, repair }) => status === 'fail' && repair?.kind === 'line')
          .map(resultKey);
        expect(text === undefined).toBe(wanted.length === 0);
        if (text === undefined) return;
        const after = edited(host, `file:${DROP_IN}`, () => text);
        expect(problems(configOf(after))).toEqual([]);
        const then = new Map(judged(after, profile).map((one) => [resultKey(one), one.status]));
        expect(wanted.filter((key) => then.get(key) !== 'pass')).toEqual([]);
        // And nothing that passed fails.
        const broken = results
          .filter((one) => one.status === 'pass' && then.get(resultKey(one)) === 'fail')
          .map(resultKey);
        expect(broken).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('is a file that only root reads, and sshd is checked before it reads it', () => {
    const { changes, satisfies } = plan(bundle);
    expect(changes).toContainEqual(
      expect.objectContaining({ kind: 'write', file: DROP_IN, mode: '0600', owner: 'root:root' }),
    );
    expect(changes.at(-1)).toEqual({ kind: 'unit', unit: 'ssh', action: 'reload', check: true });
    expect(satisfies.length).toBeGreaterThan(10);
  });

  it('keeps what an earlier one says of other settings, and says nothing twice', () => {
    const before = edited(bundle, `file:${DROP_IN}`, () => '# old\nMaxSessions 2\nX11Forwarding yes');
    const text = dropIn(judged(before, 'sshwhy'), configOf(before), '# old\nMaxSessions 2\nX11Forwarding yes') ?? '';
    expect(text).toMatch(/^MaxSessions 2$/m);
    expect(text.match(/^X11Forwarding .*$/gm)).toEqual(['X11Forwarding no']);
  });

  it('does not loosen what is stricter than it has to be', () => {
    const strict = inFront(bundle, 'MaxStartups 3:50:200', 'RekeyLimit 100M');
    const text = dropIn(judged(strict), configOf(strict)) ?? '';
    expect(text).toMatch(/^MaxStartups 3:50:60$/m);
    expect(text).toMatch(/^RekeyLimit 104857600 1h$/m);
  });

  it('leaves Match blocks and MaxStartups that come later to a person', () => {
    const later = behind(
      inFront(bundle, 'Include /etc/ssh/sshd_config.d/*.conf'),
      'MaxStartups 100',
      'Match User bob',
      '  X11Forwarding yes',
    );
    const { left, satisfies } = plan(later);
    expect(left.map(({ result }) => result)).toEqual(
      expect.arrayContaining(['max-startups', 'x11-forwarding @ Match User bob']),
    );
    expect(satisfies).toContain('x11-forwarding');
    for (const { steps } of left) expect(steps.length).toBeGreaterThan(0);
  });

  it('writes no list of algorithms for a release that it does not know', () => {
    const unknown = edited(
      inFront(bundle, 'MACs hmac-md5', 'X11Forwarding yes'),
      'sshd-binary',
      () => 'path=/usr/sbin/sshd\nversion=',
    );
    const text = dropIn(judged(unknown), configOf(unknown)) ?? '';
    expect(text).toContain('X11Forwarding no');
    expect(text).not.toContain('MACs');
  });

  it('ends passwords only with the names of those who still get in and can become root', () => {
    const { endsPasswords, keepers, shutOut } = plan(bundle, builtIn('sshwhy'));
    expect(endsPasswords).toBe(true);
    expect(keepers).toEqual([{ user: 'alice', key: expect.stringMatching(/^SHA256:/) }]);
    expect(shutOut).toEqual([]);
    const nobody = edited(bundle, 'groups', (text) =>
      text.replace(/^sudo:.*$/m, 'sudo:x:27:').replace(/^(# id alice:).*$/m, '$1 alice'),
    );
    expect(plan(nobody, builtIn('sshwhy')).keepers).toEqual([]);
  });

  it('names the logins that it would shut out', () => {
    const profile: Profile = { ...ALL, wants: new Map([['pubkey-algorithms', { only: ['rsa-sha2-512'] }]]) };
    const { shutOut, keepers } = plan(bundle, profile);
    expect(shutOut.map(({ user }) => user)).toContain('alice');
    expect(keepers).toEqual([]);
  });
});

describe.each([
  ...withoutInclude.map(([name, bundle]) => [name, 'cis', bundle] as const),
  ...linesBefore.map(([name, bundle]) => [name, 'sshwhy', bundle] as const),
])('on %s', (_, name, bundle) => {
  it(`lines for ${name} are put in front of sshd_config`, () => {
    const { changes, satisfies, left } = plan(bundle, builtIn(name));
    expect(changes).toContainEqual(expect.objectContaining({ kind: 'prepend', file: MAIN }));
    expect(changes.filter(({ kind }) => kind === 'write')).toEqual([]);
    expect(satisfies).toContain('macs');
    expect(left.map(({ result }) => result)).toContain('allow-list');
  });
});

it('nothing is planned where nothing fails', () => {
  const [, bundle] = plain[0] ?? [];
  if (!bundle) throw new Error('the lab has captured nothing');
  const profile: Profile = { ...ALL, wants: new Map([['use-pam', { is: ['yes'] }]]) };
  expect(plan(bundle, profile)).toMatchObject({ changes: [], satisfies: [], left: [], endsPasswords: false });
});
