import type { ShadowEntry } from '../../../src/facts/accounts.ts';
import type { Asked } from '../../../src/facts/pam/asked.ts';
import type { PamMachine } from '../../../src/facts/pam/machine.ts';
import { askModule } from '../../../src/facts/pam/modules/index.ts';
import { type Kind, stackOf } from '../../../src/facts/pam/stack.ts';
import type { Section } from '../../../src/model/bundle.ts';

export const RELEASES = { bullseye: [1, 4, 0], bookworm: [1, 5, 2], trixie: [1, 7, 0] } as const;

const machine: PamMachine = {
  debian: true,
  release: RELEASES.bookworm,
  modules: new Set(),
  unended: new Set(),
  utmp: [],
  logind: [],
};

/** Wednesday, 2026-11-25, 10:30 UTC. */
export const NOW = Date.UTC(2026, 10, 25, 10, 30);

/** alice, uid and gid 1000, also in `staff` (50), from 10.77.2.10. */
export function asked(
  files: Readonly<Record<string, string | null>> = {},
  { shadow, ...more }: Partial<Omit<Asked, 'shadow'>> & { readonly shadow?: Partial<ShadowEntry> } = {},
): Asked {
  const sections = Object.entries(files).map(([path, text]): [string, Section] => [
    path,
    text === null ? { status: 'absent', text: '' } : { status: 'ok', text },
  ]);
  const groups = { alice: 1000, staff: 50, bob: 1001 };
  return {
    kind: 'account',
    account: { name: 'alice', uid: 1000, gid: 1000, home: '/home/alice', shell: '/bin/bash', line: 1 },
    groups: {
      of: () => ['alice', 'staff'],
      has: (name) => Object.hasOwn(groups, name),
      byId: (gid) => {
        const name = Object.entries(groups).find(([, id]) => id === gid)?.[0];
        return name === undefined ? undefined : { name, members: [] };
      },
    },
    files: new Map(sections),
    now: NOW,
    zone: 0,
    rhost: '10.77.2.10',
    hostname: 'web1',
    machine,
    tally: [],
    emptyAllowed: false,
    ...(shadow ? { shadow: { name: 'alice', password: 'hash', line: 1, text: 'alice', ...shadow } } : {}),
    ...more,
  };
}

export const at = (release: keyof typeof RELEASES, more: Partial<PamMachine> = {}): { machine: PamMachine } => ({
  machine: { ...machine, release: RELEASES[release], ...more },
});

/** What the module of a line such as `pam_access.so nodefgroup` answers. */
export function answer(line: string, question: Asked): string | undefined {
  const stack = { status: 'ok', text: `${question.kind} required ${line}` } as const;
  const [rule] = stackOf(new Map([['/etc/pam.d/sshd', stack]]), 'sshd', question.kind satisfies Kind) ?? [];
  return rule && askModule(rule, question)?.answer;
}
