import { describe, expect, it } from 'vitest';
import { type Cause, defineCause } from '../../src/model/cause.ts';
import type { Observed } from '../../src/model/finding.ts';
import type { CauseId, Gate } from '../../src/model/gate.ts';
import { rank } from '../../src/reason/rank.ts';

function cause(id: CauseId, more: Partial<Cause<string>> = {}): Cause {
  return defineCause<string>({
    ...{ id, severity: 'blocks', title: id, why: '', refs: [], proofs: [], says: (data) => data },
    ...more,
  }) as Cause;
}

function seen(verdict: Observed<string>['verdict'], more: Partial<Observed<string>> = {}): Observed<string> {
  return { data: 'it', verdict, evidence: [{ side: 'server', section: 'nft', text: 'drop' }], ...more };
}

const none: ReadonlySet<Gate> = new Set();
const ids = (findings: readonly { id: string; role: string }[]): string[] => findings.map((f) => `${f.role} ${f.id}`);

describe('rank', () => {
  const drop = cause('firewall/host-drop');
  const invalid = cause('daemon/config-invalid', { masks: ['daemon/not-running'] });
  const dead = cause('daemon/not-running', { masks: ['daemon/config-not-loaded'] });
  const stale = cause('daemon/config-not-loaded');
  const slow = cause('handshake/slow', { severity: 'degrades' });

  it('puts the gate that is reached first before a later one', () => {
    const found = rank(
      [invalid, drop].map((c) => ({ cause: c, observed: seen('confirmed') })),
      [drop, invalid],
      none,
    );
    expect(ids(found)).toEqual(['blocking firewall/host-drop', 'blocking daemon/config-invalid']);
  });

  it('calls what follows from a blocking cause a consequence, also through causes that were not seen', () => {
    const all = [invalid, dead, stale];
    const found = rank(
      [stale, invalid].map((c) => ({ cause: c, observed: seen('likely') })),
      all,
      none,
    );
    expect(ids(found)).toEqual(['blocking daemon/config-invalid', 'consequence daemon/config-not-loaded']);
  });

  it('lets what degrades explain what degrades, and nothing that blocks', () => {
    const busy = cause('host/overloaded', { severity: 'degrades', masks: ['handshake/slow', 'firewall/host-drop'] });
    const found = rank(
      [busy, slow, drop].map((c) => ({ cause: c, observed: seen('confirmed') })),
      [drop, busy, slow],
      none,
    );
    expect(ids(found)).toEqual([
      'blocking firewall/host-drop',
      'degrading host/overloaded',
      'consequence handshake/slow',
    ]);
  });

  it('leaves a mere possibility out beside a proven explanation, and puts it after a likely one', () => {
    const possible = { cause: drop, observed: seen('possible') };
    const likely = { cause: dead, observed: seen('likely') };
    const proven = { cause: dead, observed: seen('confirmed') };
    expect(ids(rank([possible, proven], [drop, dead], none))).toEqual(['blocking daemon/not-running']);
    expect(ids(rank([possible, likely], [drop, dead], none))).toEqual([
      'blocking daemon/not-running',
      'blocking firewall/host-drop',
    ]);
  });

  it('closes no gate that the attempt was seen to pass', () => {
    const found = rank([{ cause: drop, observed: seen('confirmed') }], [drop], new Set<Gate>(['firewall']));
    expect(ids(found)).toEqual(['latent firewall/host-drop']);
  });

  it('orders blocking, degrading, latent', () => {
    const sightings = [
      { cause: slow, observed: seen('confirmed') },
      { cause: invalid, observed: seen('confirmed', { latent: true }) },
      { cause: dead, observed: seen('confirmed') },
    ];
    expect(ids(rank(sightings, [slow, invalid, dead], none))).toEqual([
      'blocking daemon/not-running',
      'degrading handshake/slow',
      'latent daemon/config-invalid',
    ]);
  });
});
