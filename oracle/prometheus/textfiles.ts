import { readFileSync } from 'node:fs';
import path from 'node:path';
import { attemptOf } from '../../src/app/attempt.ts';
import { report } from '../../src/app/diagnose.ts';
import { harden } from '../../src/app/harden.ts';
import { builtIn } from '../../src/app/harden-profile.ts';
import { parseBundle } from '../../src/facts/bundle.ts';
import type { FleetHost } from '../../src/model/fleet.ts';
import { diagnosisMetrics, fleetMetrics, hardenMetrics } from '../../src/report/check/textfile.ts';

const saved = (file: string) =>
  parseBundle(readFileSync(path.join(import.meta.dirname, '../../test/fixtures', file), 'utf8'));

/** Names that end a label, a line or a comment where they are not escaped. */
const HOSTILE = ['evil"} 1\n# HELP x', 'back\\slash\\', '\u202e\x1b[31m', '{a="b"}', '\ud800', ''];

/** What is written for the textfile collector, of real hosts and of hostile names. */
export async function textfiles(): Promise<Readonly<Record<string, string>>> {
  const shut = saved('causes/firewall/host-drop/bookworm-firewalld-drop-zone.bundle');
  const posture = saved('harden/bookworm-everything.bundle');
  const profile = builtIn('sshwhy');
  const hosts = HOSTILE.map(
    (name, at): FleetHost => ({
      kind: 'host',
      asked: 'check',
      name,
      address: '192.0.2.7',
      port: 22 + at,
      groups: [],
      tags: [],
      at: '2026-11-25T10:00:00Z',
      outcome: 'open',
      found: [],
      says: '',
      gates: [],
      ms: { tcp: 1.5 },
    }),
  );
  const summary = {
    kind: 'summary' as const,
    schema: 1 as const,
    hosts: hosts.length,
    outcomes: { open: hosts.length },
  };
  return {
    'a diagnosis': await diagnosisMetrics(report('alice@web1', shut, attemptOf(shut), 412)),
    'a hostile name': await diagnosisMetrics(report(HOSTILE.join(''), shut, attemptOf(shut), 412)),
    'a posture': await hardenMetrics(
      harden(posture, { input: HOSTILE[0] ?? '', profile, failOn: 'medium', today: '2026-11-25', plan: false }),
    ),
    'many hosts': await fleetMetrics(hosts, { ...summary, groups: [], ms: 12, interrupted: false }),
  };
}
