import type { HostKeyring, Keyring } from '../../model/keys.ts';
import { about, accountName, grantsOf, type Held, type KeyRule, keyName, lineEvidence } from './rule.ts';

function byFingerprint(all: Keyring): readonly (readonly [string, readonly Held[]])[] {
  const groups = new Map<string, Held[]>();
  for (const held of grantsOf(all)) {
    if (held.grant.authority) continue;
    const known = groups.get(held.grant.fingerprint);
    if (known === undefined) groups.set(held.grant.fingerprint, [held]);
    else known.push(held);
  }
  return [...groups];
}

/** Two homes that are one, or one file for two accounts, hold one line and not two. */
const lineOf = ({ host, grant }: Held): string => `${host.door}\0${grant.account}\0${grant.file}\0${grant.line}`;

export const sharing: readonly KeyRule[] = [
  {
    id: 'duplicate-key',
    why: 'Who takes one of the lines out thinks the key is gone, and it is not.',
    check: (all) =>
      byFingerprint(all).flatMap(([, held]) => {
        const byAccount = new Map<string, Held[]>();
        for (const one of held) {
          const at = `${one.host.door}\0${one.grant.account}`;
          byAccount.set(at, [...(byAccount.get(at) ?? []), one]);
        }
        return [...byAccount.values()].flatMap((lines) => {
          const own = [...new Map(lines.map((one) => [lineOf(one), one])).values()];
          const [first] = own;
          if (!first || own.length < 2) return [];
          const where = own.map(({ grant }) => `line ${grant.line} of ${grant.file}`).join(' and ');
          return [
            {
              ...about(first),
              evidence: own.map(lineEvidence),
              severity: 'low' as const,
              text: `${keyName(first.grant)} stands ${own.length} times for ${accountName(first)}: ${where}.`,
              action: 'Keep the one whose options are meant.',
            },
          ];
        });
      }),
  },
  {
    id: 'shared-key',
    why: 'One key for several accounts is one person with all of them, or several people with one key: the log does not tell who it was, and taking the key from one takes it from all.',
    check: (all) =>
      byFingerprint(all).flatMap(([, lines]) => {
        const held = lines.filter(({ grant }) => grant.standing !== 'closed');
        // The same name on many hosts is one person; many people are root.
        const people = [...new Set(held.filter(({ grant }) => grant.uid !== 0).map(({ grant }) => grant.account))];
        const [first] = held;
        if (!first || people.length < 2) return [];
        const { host: _, account: __, ...rest } = about(first);
        return [
          {
            ...rest,
            evidence: held.slice(0, 50).map(lineEvidence),
            severity: 'medium' as const,
            text: `${keyName(first.grant)} opens ${people.length} accounts of different names: ${people.slice(0, 8).join(', ')}${people.length > 8 ? ' …' : ''}.`,
            action: 'Give each person a key of their own.',
          },
        ];
      }),
  },
  {
    id: 'host-key-opens-account',
    why: 'The private half of a host key lies on that host, where root can log in with it.',
    check: (all) => {
      const hostKeys = new Map<string, HostKeyring>();
      for (const host of all.hosts)
        for (const { fingerprint } of host.hostKeys) if (fingerprint !== undefined) hostKeys.set(fingerprint, host);
      return grantsOf(all).flatMap((held) => {
        const owner = hostKeys.get(held.grant.fingerprint);
        if (!owner) return [];
        return [
          {
            ...about(held),
            severity: 'high' as const,
            text: `${keyName(held.grant)} opens ${accountName(held)}, and it is a host key of ${owner.name}.`,
            action: 'Give the machine a key that is for logins only, and take this line out.',
          },
        ];
      });
    },
  },
  {
    id: 'key-lies-on-server',
    why: 'Whoever is root on the one host can log in on the other: one host that is taken over takes the other with it.',
    check: (all) => {
      const holders = new Map<string, { host: HostKeyring; holder: HostKeyring['holders'][number] }[]>();
      for (const host of all.hosts)
        for (const holder of host.holders) {
          const known = holders.get(holder.fingerprint);
          if (known === undefined) holders.set(holder.fingerprint, [{ host, holder }]);
          else known.push({ host, holder });
        }
      return grantsOf(all).flatMap((held) =>
        (held.grant.standing === 'closed' ? [] : (holders.get(held.grant.fingerprint) ?? [])).map(
          ({ host, holder }) => ({
            ...about(held),
            evidence: [
              lineEvidence(held),
              { host: host.name, file: holder.file, text: `${keyName(holder)}, the private half lies beside it` },
            ],
            severity: held.grant.uid === 0 ? ('high' as const) : ('medium' as const),
            text: `The private half of ${keyName(held.grant)}, which opens ${accountName(held)}, lies on ${host.name} in the home of ${holder.account}.`,
            action:
              'Let people come from their own machine by ProxyJump; bind a key of a machine with from= and restrict,command=.',
          }),
        ),
      );
    },
  },
  {
    id: 'shared-host-key',
    why: 'Hosts with one key are copies of one image. Each of them can stand in for the others.',
    check: ({ hosts }) => {
      const groups = new Map<string, { host: HostKeyring; file: string }[]>();
      for (const host of hosts)
        for (const { fingerprint, file } of host.hostKeys)
          if (fingerprint !== undefined) groups.set(fingerprint, [...(groups.get(fingerprint) ?? []), { host, file }]);
      return [...groups].flatMap(([fingerprint, list]) => {
        const doors = new Set(list.map(({ host }) => host.door));
        if (doors.size < 2) return [];
        return [
          {
            fingerprint,
            severity: 'high' as const,
            text: `${doors.size} hosts have the host key ${fingerprint}: ${[...new Set(list.map(({ host }) => host.name))].slice(0, 8).join(', ')}.`,
            evidence: list.slice(0, 50).map(({ host, file }) => ({ host: host.name, file, text: fingerprint })),
            action: 'Make new host keys on each of them: rm /etc/ssh/ssh_host_*; ssh-keygen -A; systemctl restart ssh',
          },
        ];
      });
    },
  },
];
