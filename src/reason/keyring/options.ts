import { about, accountName, graded, grantsOf, type Held, type KeyRule, keyName, option } from './rule.ts';

const has = ({ grant }: Held, name: string): boolean => option(grant, name) !== undefined;

/** Variables that make a program load or run something else (ld.so(8), sh(1), perlrun(1), python(1)). */
const LOADERS = /^(?:LD_|DYLD_|PERL5|PYTHON|RUBY|NODE_|BASH_ENV=|ENV=|IFS=|PATH=|GCONV_PATH=)/;

export const options: readonly KeyRule[] = [
  {
    id: 'root-unrestricted',
    why: 'Whoever holds this key is root, from anywhere, and the log tells the key and not the person.',
    check: (all) =>
      grantsOf(all)
        .filter(
          (held) => held.grant.uid === 0 && !['from', 'command', 'cert-authority'].some((name) => has(held, name)),
        )
        .map((held) => ({
          ...about(held),
          severity: graded(held, 'medium'),
          text: `${keyName(held.grant)} opens ${accountName(held)}, which is root, from any address and for any command.`,
          action:
            'Let people log in as themselves and use sudo; else put from="ADDRESSES" or a command="…" before the key.',
        })),
  },
  {
    id: 'authority-unbounded',
    why: 'cert-authority without principals="…" takes every certificate of that CA that names the account; before OpenSSH 10.3 also those that name nobody.',
    check: (all) =>
      grantsOf(all)
        .filter((held) => held.grant.authority && !has(held, 'principals'))
        .map((held) => ({
          ...about(held),
          severity: graded(held, held.grant.uid === 0 ? 'high' : 'medium'),
          text: `Line ${held.grant.line} of ${held.grant.file} trusts the CA ${held.grant.fingerprint} for ${accountName(held)} without saying for whom.`,
          action: 'Add principals="NAME,…" to the line.',
        })),
  },
  {
    id: 'environment-option',
    why: 'PermitUserEnvironment is on here, so environment="…" is set before the command runs; some variables make it run something else, which undoes command="…".',
    check: (all) =>
      grantsOf(all)
        .filter((held) => has(held, 'environment') && held.host.settings.userEnvironment)
        .map((held) => {
          const loads = LOADERS.test(option(held.grant, 'environment') ?? '');
          return {
            ...about(held),
            severity: graded(held, loads ? 'medium' : 'low'),
            text: `Line ${held.grant.line} of ${held.grant.file} sets ${(option(held.grant, 'environment') ?? '').split('=', 1)[0]} for ${accountName(held)}.`,
            action: 'Take environment= out of the line; SetEnv in sshd_config does the same for who may set it.',
          };
        }),
  },
  {
    id: 'command-without-restrict',
    why: 'command="…" says what runs, but not what is forwarded: the key still opens tunnels, agents and X11, as far as sshd_config lets it.',
    check: (all) =>
      grantsOf(all)
        .filter(
          (held) =>
            has(held, 'command') &&
            !has(held, 'restrict') &&
            !has(held, 'no-port-forwarding') &&
            !has(held, 'permitopen'),
        )
        .map((held) => ({
          ...about(held),
          severity: 'low',
          text: `Line ${held.grant.line} of ${held.grant.file} (${accountName(held)}) has a command and no restrict.`,
          action: 'Put restrict, before the command: restrict,command="…".',
        })),
  },
  {
    id: 'restriction-undone',
    why: 'sshd takes the first line of a key that lets the login in, and goes on to the next one where a line does not: a second line of the same key undoes what the first says.',
    check: (all) => {
      const byKey = new Map<string, Held[]>();
      for (const held of grantsOf(all)) {
        if (held.grant.authority) continue;
        const at = JSON.stringify([held.host.door, held.grant.account, held.grant.fingerprint]);
        byKey.set(at, [...(byKey.get(at) ?? []), held]);
      }
      return [...byKey.values()].flatMap((lines) => {
        const free = lines.filter(({ grant }) => grant.options.length === 0 && grant.standing !== 'closed');
        const bound = lines.filter(({ grant }) => grant.options.length > 0);
        const [first] = free;
        const undone =
          first &&
          bound.filter(
            (held) => lines.indexOf(first) < lines.indexOf(held) || has(held, 'from') || has(held, 'expiry-time'),
          );
        if (!first || !undone?.[0]) return [];
        return [
          {
            ...about(first),
            evidence: [first, ...undone].flatMap((held) => about(held).evidence),
            severity: 'high' as const,
            text: `${keyName(first.grant)} stands without options in line ${first.grant.line} of ${first.grant.file}, so what line ${undone[0].grant.line} of ${undone[0].grant.file} says does not bind it.`,
            action: `Take out line ${first.grant.line} of ${first.grant.file}, if the options are meant.`,
          },
        ];
      });
    },
  },
];
