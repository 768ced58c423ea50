import { describe, expect, it } from 'vitest';
import type { FleetHost } from '../../../src/model/fleet.ts';
import { GATES } from '../../../src/model/gate.ts';
import { matrixOf } from '../../../src/reason/fleet/matrix.ts';
import { line, lines } from './hosts.ts';

const closedAt = (gate: (typeof GATES)[number], id: string): Partial<FleetHost> => ({
  outcome: 'closed',
  gate,
  found: [{ id, verdict: 'likely', says: 'x' }],
  gates: GATES.map((one) => ({
    gate: one,
    outcome: one === gate ? 'closed' : GATES.indexOf(one) < GATES.indexOf(gate) ? 'open' : 'not-reached',
  })),
});

describe('the matrix', () => {
  it('has a row for what is alike, worst first and the same together', () => {
    const matrix = matrixOf([
      ...lines(3),
      line('db', closedAt('daemon', 'daemon/not-running')),
      line('fw1', closedAt('firewall', 'firewall/host-drop')),
      line('fw2', closedAt('firewall', 'firewall/host-drop')),
      line('fw3', closedAt('firewall', 'firewall/host-reject')),
      line('far', { outcome: 'not-asked', gates: [] }),
    ]);
    expect(matrix.columns).toEqual(GATES);
    expect(matrix.rows.map(({ outcome, count, hosts }) => [outcome, count, hosts.map(({ name }) => name)])).toEqual([
      ['closed', 2, ['fw1', 'fw2']],
      ['closed', 1, ['fw3']],
      ['closed', 1, ['db']],
      ['not-asked', 1, ['far']],
      ['open', 3, ['web1', 'web2', 'web3']],
    ]);
    expect(matrix.rows[0]?.cells).toEqual([
      'ok',
      'ok',
      'ok',
      'broken',
      ...Array.from({ length: 6 }, () => 'not-looked-at'),
    ]);
    expect(matrix.rows[3]?.cells).toEqual(GATES.map(() => 'not-looked-at'));
  });

  it('has the controls that do not hold somewhere for hardening', () => {
    const held = (list: string, guard: string): Partial<FleetHost> => ({
      asked: 'harden',
      gates: [],
      outcome: list === 'pass' ? 'open' : 'degraded',
      facts: {
        'control allow-list': { is: `${list}: everybody` },
        'control guard': { is: guard },
        'control well': { is: 'pass' },
      },
    });
    const matrix = matrixOf([
      line('a', held('fail', 'unknown')),
      line('b', held('fail', 'pass')),
      line('c', held('pass', 'pass')),
    ]);
    expect(matrix.columns).toEqual(['allow-list', 'guard']);
    expect(matrix.rows.map(({ cells }) => cells)).toEqual([
      ['broken', 'unknown'],
      ['broken', 'ok'],
      ['ok', 'ok'],
    ]);
  });

  it('stays small for 100,000 hosts, and counts those that it has no row for', () => {
    const many = lines(100_000, (at) => (at % 10 === 0 ? closedAt('daemon', 'daemon/not-running') : {}));
    const matrix = matrixOf(many);
    expect(matrix.rows.map(({ count, hosts }) => [count, hosts.length])).toEqual([
      [10_000, 1000],
      [90_000, 1000],
    ]);
    const each = matrixOf(
      lines(50, (at) => closedAt('daemon', `daemon/x${at}`)),
      { rowsMax: 20 },
    );
    expect([each.rows.length, each.further]).toEqual([20, 30]);
  });
});
