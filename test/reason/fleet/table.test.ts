import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seenRun } from '../../../src/app/see/fleet.ts';
import type { FleetHost } from '../../../src/model/fleet.ts';

const host = (name: string, more: Partial<FleetHost> = {}): FleetHost => ({
  kind: 'host',
  asked: 'check',
  name,
  address: '192.0.2.1',
  port: 22,
  groups: ['web'],
  tags: ['x'],
  at: '2026-11-25T00:00:00Z',
  outcome: 'open',
  found: [],
  says: '',
  gates: [{ gate: 'name', outcome: 'open' }],
  ms: {},
  ...more,
});
const refused = { id: 'network/refused', verdict: 'confirmed', says: 'refused' } as const;
const closed = host('b', { outcome: 'closed', found: [refused], gates: [{ gate: 'network', outcome: 'closed' }] });
const text = [host('a'), closed, host('c', { outcome: 'closed', found: [refused] }), host('c')]
  .map((one) => JSON.stringify(one))
  .join('\n');

let file: string;
beforeAll(() => {
  file = path.join(mkdtempSync(path.join(tmpdir(), 'sshwhy-run-')), 'run');
});
afterAll(() => rmSync(path.dirname(file), { recursive: true, force: true }));
const written = (lines: string): string => {
  writeFileSync(file, lines);
  return file;
};

it('a run that goes on is read up to its last whole line; a host that was asked again counts as it was last', async () => {
  const { table } = await seenRun(written(`${text}\n${JSON.stringify(host('d')).slice(0, 50)}`));
  expect(table.rows.map(({ name, gates }) => [name, gates])).toEqual([
    ['b', '--c-------'],
    ['a', '-o--------'],
    ['c', '-o--------'],
  ]);
  expect(table.groups).toEqual([{ ...refused, count: 1 }]);
  expect(table.rows[0]?.found.map((at) => table.groups[at]?.id)).toEqual(['network/refused']);
  expect(table.rows[0]?.labels.map((at) => table.labels[at])).toEqual(['web', 'x']);
});

it('a line in the middle that is none of a run is told, with its number', async () => {
  await expect(seenRun(written(`${text}\n{"kind":"host"}\n${text}`))).rejects.toThrow(`${file}:5 is no line of a run`);
});
