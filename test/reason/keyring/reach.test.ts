import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { lookAtKeys } from '../../../src/app/keys.ts';
import { parseBundle } from '../../../src/facts/bundle.ts';
import type { HostKeyring, Keyring } from '../../../src/model/keys.ts';
import { reachOf } from '../../../src/reason/keyring/reach.ts';

const fixture = (name: string) => ({
  name,
  read: async () =>
    parseBundle(readFileSync(path.join(import.meta.dirname, `../../fixtures/keyring/${name}.bundle`), 'utf8')),
});
const ring = await lookAtKeys([fixture('bookworm'), fixture('trixie')], {}, {});
const [one, two] = ring.hosts as [HostKeyring, HostKeyring];

it('every line that lets a key in is a way, and hosts of one name stay apart', () => {
  const { ways, hosts, cut } = reachOf([ring]);
  expect(hosts).toEqual(['web1 (bookworm)', 'web1 (trixie)']);
  expect(cut).toBe(false);
  for (const host of ring.hosts)
    for (const grant of host.grants)
      expect(ways).toContainEqual(
        expect.objectContaining({
          to: `${grant.account}@${host.name} (${host.door})`,
          standing: grant.standing,
          where: `${grant.file}:${grant.line}`,
          via: [],
        }),
      );
});

it('a key that lies in an account leads on, as what is not known, and never over a closed line', () => {
  const open = one.grants.find(({ standing, authority }) => standing === 'open' && !authority);
  if (open === undefined) throw new Error('the fixture has no key that opens an account');
  const next = { ...open, fingerprint: 'SHA256:next', comment: 'next', account: 'deploy' };
  const holder = { ...next, privateHalf: true, file: '/home/x/.ssh/id.pub' };
  const chain = (standing: 'open' | 'closed'): Keyring => ({
    ...ring,
    hosts: [
      {
        ...one,
        name: 'a',
        grants: [{ ...open, standing }],
        authorities: [],
        holders: [{ ...holder, account: open.account }],
      },
      { ...two, name: 'b', grants: [next], authorities: [], holders: [{ ...holder, account: 'deploy' }] },
    ],
  });
  const onward = (made: Keyring) => reachOf([made]).ways.filter(({ via }) => via.length > 0);
  expect(onward(chain('open'))).toEqual([
    expect.objectContaining({ to: 'deploy@b', via: [`${open.account}@a`], standing: 'unknown' }),
  ]);
  expect(onward(chain('closed'))).toEqual([]);
});
