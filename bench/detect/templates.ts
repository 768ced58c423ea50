import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Random } from './random.ts';

interface TemplateLine {
  readonly ms: number;
  readonly tag: string;
  readonly pid: number;
  readonly message: string;
}

/** What the real daemons of one release wrote of each kind of attempt. */
export type Templates = ReadonlyMap<string, readonly TemplateLine[]>;

const FOLDER = path.join(import.meta.dirname, '../../test/fixtures/watch');
/** Who and where it was in the lab. */
const CLIENT = '10.77.2.10';
const NAMES = /\b(?:alice|bob|nobody-here|root)\b/g;

/** @throws when the fixture is not what the capture makes. */
export function templates(suite: string): Templates {
  const text = readFileSync(path.join(FOLDER, `${suite}.txt`), 'utf8');
  const found = new Map<string, TemplateLine[]>();
  let lines: TemplateLine[] | undefined;
  for (const line of text.split('\n')) {
    if (line.startsWith('== ')) found.set(line.slice(3), (lines = []));
    else if (lines !== undefined && line !== '') {
      const [, seconds, tag, pid, message] = /^(\d+\.\d+) ([\w.-]+)\[(\d+)\]: (.*)$/.exec(line) ?? [];
      if (seconds === undefined) throw new Error(`${suite}: ${line}`);
      lines.push({ ms: Number(seconds) * 1000, tag: tag ?? '', pid: Number(pid), message: message ?? '' });
    }
  }
  return found;
}

/** A line of a log, and when it is written. */
export interface Written {
  readonly at: number;
  readonly text: string;
}

/** Writes attempts as one host would: each gets processes and a port of its own. */
export interface Host {
  /** `user`: who stands in for the user of the template; `from`: for its address. */
  attempt(at: number, kind: string, from: string, user?: string): void;
  /** A line of another program. */
  other(at: number, tag: string, message: string): void;
  /** What is written before `until`, in order of time; the rest is kept. */
  take(until: number): readonly Written[];
}

export function host(of: Templates, random: Random): Host {
  let written: Written[] = [];
  let pid = 1000;

  function put(at: number, tag: string, process: number, message: string): void {
    const iso = new Date(at).toISOString();
    const text = tag.startsWith('fail2ban.')
      ? `${iso.slice(0, 10)} ${iso.slice(11, 19)},${iso.slice(20, 23)} ${tag.padEnd(24)}[${process}]: ${message}`
      : `${iso.slice(0, 23)}000+00:00 web1 ${tag}[${process}]: ${message}`;
    written.push({ at, text });
  }

  return {
    attempt(at, kind, from, user) {
      const lines = of.get(kind);
      if (lines === undefined) throw new Error(`no template ${kind}`);
      const ids = new Map<number, number>();
      const port = 1024 + random.upTo(64_000);
      for (const line of lines) {
        if (!ids.has(line.pid) && line.pid > 1) ids.set(line.pid, (pid = (pid % 4_000_000) + 1));
        let message = line.message.replaceAll(CLIENT, from);
        if (user !== undefined) message = message.replace(NAMES, user);
        // Ports of one template are one connection's, but for the templates of many.
        message = message.replace(/port (?!22\b)\d+/, `port ${port}`);
        put(at + line.ms, line.tag, ids.get(line.pid) ?? 1, message);
      }
    },
    other: (at, tag, message) => put(at, tag, 900, message),
    take(until) {
      const all = written.filter(({ at }) => at < until).sort((a, b) => a.at - b.at);
      written = written.filter(({ at }) => at >= until);
      return all;
    },
  };
}
