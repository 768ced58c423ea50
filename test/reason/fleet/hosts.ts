import type { FleetHost } from '../../../src/model/fleet.ts';
import { GATES } from '../../../src/model/gate.ts';

/** A line of a run, well unless said otherwise. */
export const line = (name: string, more: Partial<FleetHost> = {}): FleetHost => ({
  kind: 'host',
  asked: 'server',
  name,
  address: '192.0.2.1',
  port: 22,
  groups: ['web'],
  tags: [],
  at: '2026-11-25T10:00:00.000Z',
  outcome: 'open',
  found: [],
  says: 'Nothing that closes a gate was found.',
  gates: GATES.map((gate) => ({ gate, outcome: 'open' })),
  ms: {},
  ...more,
});

export const lines = (count: number, more: (at: number) => Partial<FleetHost> = () => ({})): FleetHost[] =>
  Array.from({ length: count }, (_, at) => line(`web${at + 1}`, more(at)));
