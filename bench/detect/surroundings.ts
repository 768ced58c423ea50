import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DAY, stranger } from './normal.ts';
import type { Random } from './random.ts';
import type { Templates, Written } from './templates.ts';

const MINUTE = 60_000;
const FOLDER = path.join(import.meta.dirname, '../../test/fixtures/events');

/** Which firewall a host has, and what it is told to write: what it drops, or also which connections to sshd it lets through. */
const FIREWALLS = ['ufw', 'nft', 'ufw, connections too'] as const;

/** Ports that the Internet tries beside 22. */
const TRIED = [23, 23, 80, 81, 443, 445, 1433, 2222, 2323, 3306, 3389, 5555, 5900, 6379, 8080, 8443, 8728, 37_215];
/** What passes the firewall's own limit for its log (`ufw`: `-m limit --limit 3/min --limit-burst 10`). */
const LIMIT = { perMs: 3 / MINUTE, burst: 10 } as const;
/** As Debian ships fail2ban (jail.conf): 5 failures in 10 minutes, 10 minutes away. */
const BAN = { failures: 5, withinMs: 10 * MINUTE, forMs: 10 * MINUTE } as const;
const FAILURE = /(?:Failed (?!publickey)\S+ for .* from|Invalid user .* from) ([\da-f.:]+) /;

export interface Surroundings {
  /** What sshd wrote on a day, and with it what firewall and fail2ban write of it; in order of time. */
  around(lines: readonly Written[], day: number, spared: ReadonlySet<string>): Written[];
}

/** Lines of the kernel that the lab's hosts wrote; `suite`'s, by the word that they begin with. */
function packets(suite: string, word: string): readonly string[] {
  const lines = readFileSync(path.join(FOLDER, `${suite}-firewall.txt`), 'utf8').split('\n');
  const found = lines.flatMap((line) => / kernel: (.*)$/.exec(line)?.[1] ?? []).filter((text) => text.includes(word));
  if (found.length === 0) throw new Error(`${suite}: no line of the kernel has ${word}`);
  return found;
}

const long = (address: string): string => {
  const [head = '', tail = ''] = address.split('::');
  const [before, after] = [head, tail].map((part) => (part === '' ? [] : part.split(':')));
  const zeros = Array.from({ length: 8 - (before?.length ?? 0) - (after?.length ?? 0) }, () => '0');
  return [...(before ?? []), ...zeros, ...(after ?? [])].map((one) => one.padStart(4, '0')).join(':');
};

/**
 * The firewall and the fail2ban of a host. Their lines are those that the lab's hosts wrote, with other addresses, ports and times. Who
 * is banned does not reach sshd for that time; `ours` are in its ignoreip, and `spared` are not banned: a day is about what
 * they do. `random` is its own, so that the days are the same with and without.
 */
export function surroundings(
  suite: string,
  of: Templates,
  random: Random,
  ours: (address: string) => boolean,
): Surroundings {
  const kind = random.pick(FIREWALLS);
  const dropped = packets(suite, kind === 'nft' ? 'nft drop:' : '[UFW BLOCK]');
  const passed = packets(suite, '[UFW AUDIT]');
  const said = (what: RegExp): string =>
    of.get('fail2ban')?.find(({ message }) => what.test(message))?.message ?? 'no such line';
  const says = { found: said(/Found/), ban: said(/ Ban /), unban: said(/Unban/) };
  const failures = new Map<string, number[]>();
  const banned = new Map<string, number>();
  let room: { at: number; left: number } = { at: 0, left: LIMIT.burst };

  const kernel = (at: number, texts: readonly string[], from: string, port: number): Written[] => {
    const left = Math.min(LIMIT.burst, room.left + Math.max(0, at - room.at) * LIMIT.perMs);
    room = { at, left: left < 1 ? left : left - 1 };
    if (left < 1) return [];
    const six = from.includes(':');
    const text = texts.find((one) => one.includes('HOPLIMIT=') === six) ?? texts[0] ?? '';
    const packet = text
      .replace(/SRC=\S+/, `SRC=${six ? long(from) : from}`)
      .replace(/ ID=\d+/, ` ID=${random.upTo(65_536)}`)
      .replace(/SPT=\d+ DPT=\d+/, `SPT=${1024 + random.upTo(64_000)} DPT=${port}`);
    return [{ at, text: `${new Date(at).toISOString().slice(0, 23)}000+00:00 web1 kernel: ${packet}` }];
  };
  const fail2ban = (at: number, part: string, level: string, template: string, from: string): Written => {
    const date = new Date(at).toISOString();
    const text = template
      .replace('10.77.2.10', from)
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, date.slice(0, 19).replace('T', ' '));
    const stamp = `${date.slice(0, 10)} ${date.slice(11, 19)},${date.slice(20, 23)}`;
    // The template's message begins with its level.
    return { at, text: `${stamp} ${`fail2ban.${part}`.padEnd(24)}[51]: ${text.replace(/^\w+ +/, level.padEnd(8))}` };
  };

  function unban(until: number): Written[] {
    const over = [...banned].filter(([, end]) => end <= until);
    for (const [from] of over) banned.delete(from);
    return over.map(([from, end]) => fail2ban(end, 'actions', 'NOTICE', says.unban, from));
  }
  function counted(at: number, from: string, spared: ReadonlySet<string>): Written[] {
    const made = [fail2ban(at + 300, 'filter', 'INFO', says.found, from)];
    const times = [...(failures.get(from) ?? []), at].filter((one) => at - one < BAN.withinMs);
    failures.set(from, times);
    if (times.length < BAN.failures || spared.has(from) || banned.has(from)) return made;
    failures.delete(from);
    banned.set(from, at + BAN.forMs);
    return [...made, fail2ban(at + 700, 'actions', 'NOTICE', says.ban, from)];
  }

  return {
    around(lines, day, spared) {
      const out: Written[] = [];
      /** Processes of connections that are not made, because their address is banned. */
      const away = new Set<string>();
      const seen = new Set<string>();
      const noise = Array.from({ length: 1500 }, () => day + random.next() * DAY).sort((a, b) => a - b);
      const background = (until: number): void => {
        while (noise[0] !== undefined && noise[0] <= until)
          out.push(...kernel(noise.shift() ?? 0, dropped, stranger(random), random.pick(TRIED)));
      };
      for (const line of lines) {
        out.push(...unban(line.at));
        background(line.at);
        const [, process] = / (sshd[\w-]*\[\d+\]):/.exec(line.text) ?? [];
        const [, from] =
          /(?:from|by|user|rhost=)(?: \S+)? ?((?:\d+\.){3}\d+|[\da-f]+:[\da-f:]+)\b/.exec(line.text) ?? [];
        if (process !== undefined && !seen.has(process)) {
          if (from !== undefined) {
            seen.add(process);
            if (banned.has(from) && !ours(from) && !spared.has(from)) away.add(process);
            else if (kind === 'ufw, connections too') out.push(...kernel(line.at - 1, passed, from, 22));
          }
        }
        if (process !== undefined && away.has(process)) continue;
        out.push(line);
        const [, failed] = FAILURE.exec(line.text) ?? [];
        if (failed !== undefined && !ours(failed)) out.push(...counted(line.at, failed, spared));
      }
      background(day + DAY);
      out.push(...unban(day + DAY));
      return out.sort((a, b) => a.at - b.at);
    },
  };
}
