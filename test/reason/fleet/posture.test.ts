import { describe, expect, it } from 'vitest';
import { judgeHarden, judgeServer } from '../../../src/app/fleet/server.ts';
import { builtIn } from '../../../src/app/harden-profile.ts';
import { type FleetHost, fleetLineSchema } from '../../../src/model/fleet.ts';
import { driftOf } from '../../../src/reason/fleet/drift.ts';
import { greetedFacts } from '../../../src/reason/fleet/posture.ts';
import { bundles } from '../../cause-test.ts';
import { line } from './hosts.ts';

const judged = (folder: string, files: readonly string[], judge: ReturnType<typeof judgeServer>): FleetHost[] =>
  files.map((file) => {
    const [, bundle] = bundles(folder).find(([name]) => name === `${file}.bundle`) ?? [];
    if (!bundle) throw new Error(`no fixture ${folder}/${file}`);
    const host = line(file);
    return { ...host, ...judge({ name: file, address: host.address, groups: ['web'], tags: [] }, bundle) };
  });

const HEALTHY = ['plain', 'fail2ban', 'ufw', 'port-2222', 'strict-nft', 'match-overrides'].map(
  (kind) => `bookworm-${kind}`,
);

describe('what is compared of servers', () => {
  it('tells real servers apart by what is different on them, with the line', () => {
    const hosts = judged('healthy', HEALTHY, judgeServer({}));
    for (const host of hosts) expect(() => fleetLineSchema.parse(host)).not.toThrow();
    const [drift] = driftOf(hosts);
    const says = (about: string) => drift?.differs.find((one) => one.about === about);
    expect(says('sshd Port')).toMatchObject({
      kind: 'minority',
      values: [
        { value: '22', count: 5 },
        { value: '2222', hosts: [{ name: 'bookworm-port-2222', at: expect.stringMatching(/^\/etc\/ssh\/.*:\d+$/) }] },
      ],
    });
    expect(says('owner of firewall rules')?.says).toBe(
      'owner of firewall rules: 4 of 6 have none, bookworm-strict-nft has nftables, bookworm-ufw has ufw.',
    );
    expect(hosts.map(({ facts }) => facts?.['firewall for ssh'])).toContainEqual({ is: 'accept', at: 'nft:8' });
    expect(says('version')).toBeUndefined();
    expect(drift?.same).toBeGreaterThan(80);
  });

  it('tells releases apart', () => {
    const hosts = judged('healthy', ['bookworm-plain', 'bullseye-plain', 'trixie-plain'], judgeServer({}));
    const [drift] = driftOf(hosts);
    expect(drift?.differs.find(({ about }) => about === 'version')).toMatchObject({ kind: 'own', told: 3 });
  });

  it('holds controls against each other', () => {
    const files = ['bookworm-everything', 'bookworm-without-an-include'];
    const hosts = judged('harden', files, judgeHarden(builtIn('sshwhy'), '2026-11-25'));
    for (const host of hosts) expect(() => fleetLineSchema.parse(host)).not.toThrow();
    expect(driftOf(hosts)[0]?.differs.find(({ about }) => about === 'control x11-forwarding')?.says).toBe(
      'control x11-forwarding: bookworm-everything has fail: yes, bookworm-without-an-include has pass: no. Two hosts cannot tell which of them is right.',
    );
  });

  it('bounds what a greeting says', () => {
    const facts = greetedFacts(`SSH-2.0-${'x'.repeat(9000)}`, {
      kex: ['a', 'b'],
      ciphersC2S: ['c'],
      ciphersS2C: ['d'],
    });
    expect(facts['version']?.is).toHaveLength(4000);
    expect(facts).toMatchObject({ 'key exchange': { is: 'a,b' }, ciphers: { is: 'c' }, 'ciphers back': { is: 'd' } });
    expect(greetedFacts(undefined)).toEqual({});
  });
});
