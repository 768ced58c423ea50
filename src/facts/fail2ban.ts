import { inNetwork } from './access/patterns.ts';
import { section } from './source.ts';

export interface Ban {
  /** An address or a network. */
  readonly address: string;
  /** As fail2ban says it, in the server's time, e.g. `2026-11-23 04:17:22`; `9999-…` for ever. */
  readonly until?: string;
  readonly line: number;
  readonly text: string;
}

export interface Jail {
  readonly name: string;
  readonly bans: readonly Ban[];
  /** Seconds; -1 for ever. */
  readonly banTime?: number;
  readonly maxRetry?: number;
  /** Seconds within which so many failures earn a ban. */
  readonly findTime?: number;
  /** `ignoreip`: addresses and networks that it does not ban by itself. */
  readonly ignores: readonly string[];
  /** Lines of the answers, by what was asked: `bantime`, `ignoreip`, … */
  readonly lines: ReadonlyMap<string, number>;
}

interface OpenJail extends Jail {
  bans: Ban[];
  ignores: string[];
  lines: Map<string, number>;
  banTime?: number;
  maxRetry?: number;
  findTime?: number;
}

/** Jails of a running fail2ban that were asked about: those for ssh and `recidive`. Null when none runs. */
export const fail2ban = section(
  'server',
  'fail2ban',
  'jails of fail2ban and the addresses in them (fail2ban-client(1)); null when it does not run',
  (text): readonly Jail[] | null => {
    if (text === null) return null;
    const jails = new Map<string, OpenJail>();
    let asked: { jail: string; what: string } | undefined;
    for (const [i, line] of text.split('\n').entries()) {
      const question = /^--- (?:get (\S+) (\w+))?/.exec(line);
      if (question) {
        asked = question[1] && question[2] ? { jail: question[1], what: question[2] } : undefined;
        continue;
      }
      // A jail that does not exist is answered with a complaint.
      if (!asked || line.trim() === '' || /does not exist|^\s*NOK|UnknownJail/.test(line)) continue;
      const jail: OpenJail = jails.get(asked.jail) ?? { name: asked.jail, bans: [], ignores: [], lines: new Map() };
      jails.set(asked.jail, jail);
      if (!jail.lines.has(asked.what)) jail.lines.set(asked.what, i + 1);
      const number = /^-?\d+$/.test(line.trim()) ? Number(line) : undefined;
      if (asked.what === 'bantime' && number !== undefined) jail.banTime = number;
      if (asked.what === 'maxretry' && number !== undefined) jail.maxRetry = number;
      if (asked.what === 'findtime' && number !== undefined) jail.findTime = number;
      const ignored = asked.what === 'ignoreip' ? /^[|`]- (\S{1,80})$/.exec(line)?.[1] : undefined;
      if (ignored !== undefined) jail.ignores.push(ignored);
      const [, address, until] = /^([0-9a-fA-F.:]+(?:\/\d+)?) \t.{19} [+] -?\d+ = (.{19})/.exec(line) ?? [];
      if (asked.what === 'banip' && address !== undefined && until !== undefined)
        jail.bans.push({ address, until, line: i + 1, text: line.replace('\t', ' ') });
    }
    return [...jails.values()];
  },
);

/** The bans that hold an address, with their jails. */
export function bansOf(jails: readonly Jail[], address: string): readonly { readonly jail: Jail; readonly ban: Ban }[] {
  return jails.flatMap((jail) =>
    jail.bans.filter((ban) => inNetwork(address, ban.address) === true).map((ban) => ({ jail, ban })),
  );
}

/** Whether a jail would not ban the address by itself; names and commands in `ignoreip` are not asked. */
export function ignores(jail: Jail, address: string): boolean {
  return jail.ignores.some((network) => inNetwork(address, network) === true);
}
