import { expect, it } from 'vitest';
import { fleetLineSchema } from '../../../src/model/fleet.ts';
import { fleetTally } from '../../../src/reason/fleet/group.ts';
import { lines } from './hosts.ts';

it('says which line the hosts of a group have in common, and whether one fix is right for all', () => {
  const tally = fleetTally();
  const fix = (command: string) => ({ summary: 'x', risk: 'safe', where: 'server', commands: [command] }) as const;
  for (const host of lines(5, (at) => ({
    outcome: 'closed',
    found: [
      {
        id: 'firewall/host-drop',
        verdict: 'confirmed',
        says: `web${at}`,
        evidence: [{ side: 'server', section: 'nft', line: at + 1, text: at < 4 ? 'tcp dport 22 drop' : 'drop' }],
        fix: { ...fix('nft -f x'), commands: ['nft -f x'] },
      },
      { id: 'daemon/slow', verdict: 'likely', says: 'x', fix: { ...fix('y'), commands: [`host ${at}`] } },
    ],
  })))
    tally.see(host);
  const summary = tally.end({ ms: 1, interrupted: false });
  expect(summary.groups).toMatchObject([
    { id: 'firewall/host-drop', count: 5, shared: { text: 'tcp dport 22 drop', at: 'nft', count: 4 }, fixes: 1 },
    { id: 'daemon/slow', count: 5, fixes: 5 },
  ]);
  expect(summary.groups[1]?.shared).toBeUndefined();
  expect(() => fleetLineSchema.parse(summary)).not.toThrow();
});
