import type { Diagnosis } from '../../src/app/diagnose.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report.ts';
import type { Transport } from '../../src/transport/transport.ts';
import type { Looks, Prepared } from '../../src/web/server/looks.ts';

export const CAUSE = 'auth/authorized-keys-modes';
const finding: Finding = {
  ...{ id: CAUSE, role: 'blocking', verdict: 'confirmed', text: 'the modes are wide' },
  evidence: [{ side: 'server', section: 'paths', text: 'x' }],
  fix: {
    ...{ summary: 'tighten it', risk: 'safe', where: 'server' },
    changes: [{ kind: 'mode', path: '/home/alice/.ssh', mode: '700' }],
  },
};

function diagnosis(...findings: Finding[]): Diagnosis {
  const outcome = findings.length > 0 ? 'closed' : 'open';
  const report = {
    ...{ schema: 1, tool: { name: 'sshwhy', version: '0' }, takenAt: '2026-11-25T00:00:00Z', durationMs: 1 },
    ...{ target: { input: 'web1' }, gates: [{ gate: 'auth', outcome, detail: '' }], blind: [] },
    causes: findings.map(({ fix: _, ...one }) => ({ ...one, docs: '' })),
  } as unknown as Report;
  return { report, findings };
}

export interface Machine {
  readonly looks: Looks;
  /** What it was asked to do, in order. */
  readonly asked: readonly string[];
  /** What a fix would change is another thing from now on. */
  drift(): void;
}

/** A machine whose modes are wide until a fix is sent to it. `proves`: whether a login from here could prove one. */
export function wideModes(proves = true): Machine {
  const asked: string[] = [];
  let diff = '-0777';
  const machine: Transport = {
    name: 'ssh:web1',
    run: async (script) => {
      const action = /^action=(\w+)/m.exec(script)?.[1] ?? /^mode=(\w+)/m.exec(script)?.[1] ?? '';
      asked.push(action);
      const answers: Record<string, string> = {
        dry: `@@ diff ${diff}\n@@ done \n`,
        ...{ apply: '@@ armed systemd\n@@ applied 60\n', confirm: '@@ confirmed \n' },
      };
      return { code: 0, stdout: answers[action] ?? '', stderr: '', timedOut: false };
    },
  };
  const prepared: Prepared = {
    ...{ title: 'web1', command: 'sshwhy web1', fixCommand: 'sshwhy fix web1', proves },
    doors: { client: machine, server: machine },
    look: async () => (asked.includes('apply') ? diagnosis() : diagnosis(finding)),
  };
  const looks = { diagnose: () => prepared, server: () => prepared };
  return { looks, asked, drift: () => void (diff = '-0755') };
}
