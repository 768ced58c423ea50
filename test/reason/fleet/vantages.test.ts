import { describe, expect, it } from 'vitest';
import { type FleetHost, fleetVantagesSchema } from '../../../src/model/fleet.ts';
import { fleetDiff } from '../../../src/reason/fleet/diff.ts';
import { fleetTally } from '../../../src/reason/fleet/group.ts';
import { vantageTally } from '../../../src/reason/fleet/vantages.ts';
import { vantagesText } from '../../../src/report/fleet/vantages.ts';
import { line } from './hosts.ts';

type Seen = 'open' | 'closed' | 'unknown';
const look = (name: string, vantage: string, outcome: Seen, id = 'firewall/host-drop'): FleetHost =>
  line(name, {
    asked: 'check',
    vantage,
    outcome,
    ...(outcome === 'closed'
      ? { gate: 'firewall', found: [{ id, verdict: 'possible', says: `${name} is silent` }] }
      : {}),
  });
const PLACES = ['here', 'bastion', 'office'];
/** `web1 oc?`: a letter for each place. */
const looks = (...rows: readonly string[]): FleetHost[] =>
  rows.flatMap((row) => {
    const [name = '', letters = ''] = row.split(' ');
    return [...letters].flatMap((letter, at) =>
      letter === '-' ? [] : [look(name, PLACES[at] ?? '', { o: 'open', c: 'closed', '?': 'unknown' }[letter] as Seen)],
    );
  });
function matrix(hosts: readonly FleetHost[]) {
  const tally = vantageTally(PLACES);
  for (const host of hosts) tally.see(host);
  const made = tally.end();
  if (made) expect(fleetVantagesSchema.parse(made)).toEqual(made);
  return made;
}
const words = (row: string): string | undefined =>
  matrix(looks(row, 'x ooo', 'y ccc'))?.rows.find((one) => one.hosts[0]?.name === row.split(' ')[0])?.says;

describe('from where to where', () => {
  it('is said in words, and what is not known is no refusal', () => {
    expect(words('web1 coc')).toBe('reached from bastion only');
    expect(words('web1 oco')).toBe('reached from here and office only');
    expect(words('web1 co?')).toBe('reached from bastion, not from here; whether from office is not known');
    expect(words('web1 ?o?')).toBe('reached from bastion; whether from here and office is not known');
    expect(words('web1 c??')).toBe('not reached from here; whether from bastion and office is not known');
    expect(words('web1 ???')).toBe('not known from anywhere');
    expect(words('web1 ooo')).toBe('reached from everywhere');
    expect(words('web1 ccc')).toBe('reached from nowhere, and all see the same');
  });

  it('does not claim more than was asked', () => {
    // From office nothing at all could be seen: that is told once, and no "only" or "everywhere" is left.
    const made = matrix(looks('web1 co?', 'web2 oo?', 'web3 cc?'));
    expect(made?.rows.map(({ says }) => says)).toEqual([
      'reached from bastion, not from here',
      'not reached from here and bastion',
      'reached from here and bastion',
    ]);
    expect(made?.columns.map(({ says }) => says)).toContain('From office nothing could be seen.');
  });

  it('differs by cause too', () => {
    const made = matrix([
      look('a', 'here', 'closed'),
      look('a', 'bastion', 'closed', 'network/no-route'),
      look('a', 'office', 'closed'),
    ]);
    expect(made?.rows[0]?.says).toBe('reached from nowhere');
    expect(made?.columns.map(({ vantages }) => vantages)).toEqual([['here', 'office'], ['bastion']]);
  });

  it('folds rows and columns that are alike, what differs first', () => {
    const many = Array.from({ length: 300 }, (_, at) => `web${at} cocc`.slice(0, -1));
    const made = matrix(looks('db1 ooo', ...many, 'old ccc'));
    expect(made?.columns.map(({ vantages, open, asked }) => [vantages, open, asked])).toEqual([
      [['here', 'office'], 1, 302],
      [['bastion'], 301, 302],
    ]);
    expect(made?.rows.map(({ count, says }) => [count, says])).toEqual([
      [300, 'reached from bastion only'],
      [1, 'reached from nowhere, and all see the same'],
      [1, 'reached from everywhere'],
    ]);
    expect(made?.says).toBe(
      '302 hosts from 3 places: 1 reached from everywhere, 300 from some places only, 1 from nowhere that is known of.',
    );
    const text = made && vantagesText(made, { color: false, width: 100 });
    expect(text).toMatch(/from here, office +from bastion/);
    expect(text).toContain('  reached from bastion only');
  });

  it('has a hole where it was not asked, as in a run that goes on', () => {
    const made = matrix(looks('web1 o-o', 'web2 ooo'));
    expect(made?.rows.flatMap(({ cells }) => cells).filter((cell) => cell === null)).toHaveLength(1);
    expect(made?.rows.find(({ hosts }) => hosts[0]?.name === 'web1')?.says).toBe('reached from here and office');
  });

  it('is bounded and shows nothing raw', () => {
    const hosts = Array.from({ length: 900 }, (_, at) =>
      look(`h\u001b[31m${at}`, 'here', 'closed', `network/no-route${at}`),
    );
    const made = matrix(hosts);
    expect(made?.rows).toHaveLength(500);
    expect(made?.further).toBe(400);
    expect(made && vantagesText(made, { color: false, width: 100 })).not.toContain('\u001b');
  });

  it('is no part of a run from here', () => {
    expect(matrix([line('web1')])).toBeUndefined();
  });
});

it('a host that is looked at from three places is one host, and three looks', () => {
  const tally = fleetTally();
  for (const host of looks('web1 coc', 'web2 ooo')) tally.see(host);
  const summary = tally.end({ ms: 1, interrupted: false });
  expect(summary).toMatchObject({ hosts: 2, vantages: 3, outcomes: { open: 4, closed: 2 } });
  expect(summary.groups[0]?.hosts).toEqual(['web1 from here', 'web1 from office']);
});

it('two runs are held against each other place by place', () => {
  const changes = fleetDiff(looks('web1 coc'), looks('web1 ooc'));
  expect(changes).toMatchObject([{ name: 'web1', vantage: 'here', kind: 'better' }]);
});
