import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ran } from './command.ts';
import type { Lab } from './host.ts';
import { clientFolder, type Topology } from './net.ts';
import type { Suite } from './seed.ts';
import type { Outcome } from './trial.ts';

/** A command that somebody types, and what must be read on the screen then. */
export interface Typed {
  readonly on: 'client' | 'server' | 'router' | 'bastion';
  readonly type: string;
  readonly shows: RegExp;
}

/** A case told from start to finish: prose and commands in turn. Becomes docs/guides/NAME.md (or `page`), with the real output. */
export interface Story {
  readonly name: string;
  readonly title: string;
  /** Where the page is instead, under docs and without `.md`. */
  readonly page?: string;
  readonly suite: Suite;
  readonly topology?: Topology;
  /** As `disk` of LabOptions. */
  readonly disk?: string;
  /** What is untold before it begins. */
  readonly prepare?: (lab: Lab) => Promise<void>;
  /** Breaks the host, untold. */
  readonly breakServer?: string;
  readonly breakRouter?: string;
  /** Further commands of the client, by name: what sh(1) does when they are typed. */
  readonly commands?: (lab: Lab) => Readonly<Record<string, string>>;
  readonly told: readonly (string | Typed)[];
}

const ROOT = join(import.meta.dirname, '..');
const TIMEOUT_MS = 45_000;

/** Commands that the stories type on the client: sshwhy, and `console` for whatever gives one a shell on the server. */
function installCommands(lab: Lab, more: Readonly<Record<string, string>> = {}): string {
  const bin = join(clientFolder(lab.name, 'client'), '..', 'bin');
  mkdirSync(bin, { recursive: true });
  const commands = {
    sshwhy: `exec '${process.execPath}' '${join(ROOT, 'dist/sshwhy.js')}' "$@"`,
    console: `shift; exec nsenter -t ${lab.host.pid} -a "$@"`,
    ...more,
  };
  for (const [name, script] of Object.entries(commands)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

/** Plays a story on a booted lab: every command must show what the story says. Gives the page that tells it. */
export async function playStory(lab: Lab, story: Story): Promise<Outcome & { page: string }> {
  const bin = installCommands(lab, story.commands?.(lab));
  // What is written without a path must not end up on the machine that the lab runs on.
  const folder = join(bin, '..', 'typed');
  mkdirSync(folder, { recursive: true });
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1' };
  const problems: string[] = [];
  await story.prepare?.(lab);
  for (const [machine, script] of [
    [lab.host, story.breakServer],
    [lab.router, story.breakRouter],
  ] as const) {
    const ran = script === undefined ? undefined : await machine?.run(`set -e\n${script}`);
    if (ran && ran.code !== 0) problems.push(`break script: ${ran.stderr}`);
  }
  const page = [`# ${story.title}`];
  for (const part of story.told) {
    if (typeof part === 'string') {
      page.push(part);
      continue;
    }
    const machine = { client: lab.client, server: lab.host, router: lab.router, bastion: lab.bastion }[part.on];
    const ran = await machine?.run(`${part.on === 'client' ? `cd '${folder}' && ` : ''}{ ${part.type}\n} 2>&1`, {
      timeoutMs: TIMEOUT_MS,
      ...(part.on === 'client' ? { env } : {}),
    });
    const screen = screenOf(ran);
    if (!part.shows.test(screen))
      problems.push(`${part.on}$ ${part.type}\nshows nothing like ${part.shows}:\n${screen}`);
    const prompt = part.on === 'client' ? '$' : `root@${part.on === 'server' ? 'web1' : part.on}#`;
    page.push(['```text', `${prompt} ${part.type}`, ...(screen === '' ? [] : [screen]), '```'].join('\n'));
  }
  return { problems, seen: {}, page: `${page.join('\n\n')}\n` };
}

/** Without what ssh says only because nobody sits before it. */
function screenOf(ran: Ran | undefined): string {
  return (ran?.stdout ?? '')
    .replace(/\r/g, '')
    .replace(/^Pseudo-terminal will not be allocated.*\n/m, '')
    .trimEnd();
}

export const pageFile = ({ name, page = `guides/${name}` }: Story): string => join(ROOT, 'docs', `${page}.md`);

/**
 * What a page tells, without what differs from one run to the next: the prose, what is typed, the answers' sentences and
 * causes. Timings, sockets and the moment at which systemd was looked at are not part of the story.
 */
function settled(page: string): string {
  const told = page.split(/```text\n([^`]*)```/).map((part, i) => (i % 2 === 0 ? part : screenGist(part)));
  return told
    .join('\n')
    .replace(/SHA256:[\w+/=]+/g, 'SHA256:…')
    .replace(/\d+/g, '0')
    .replace(/\s+/g, ' ');
}

function screenGist(screen: string): string {
  const typed = screen.split('\n', 1)[0] ?? '';
  const answers = [...screen.matchAll(/^✖ [\s\S]*?^ {2}\w+ · [\w/-]+$/gm)].map(([answer]) => answer);
  return [typed, ...answers].join('\n');
}

/** What is wrong with the page that the repository holds; empty when it tells what was just seen. */
export function stalePage(story: Story, page: string): string[] {
  let kept = '';
  try {
    kept = readFileSync(pageFile(story), 'utf8');
  } catch {
    return [`${pageFile(story)} is missing: npm run lab -- --only story --capture`];
  }
  return settled(kept) === settled(page)
    ? []
    : [`${pageFile(story)} tells another story: npm run lab -- --only story --capture`];
}

/** Writes the page, and the README's example where the README has one of this story. */
export function writePage(story: Story, page: string): void {
  mkdirSync(join(ROOT, 'docs/guides'), { recursive: true });
  writeFileSync(pageFile(story), page);
  const readme = join(ROOT, 'README.md');
  const before = readFileSync(readme, 'utf8');
  const screens = [...page.matchAll(/```text\n[^`]*```/g)].map(([screen]) => screen);
  const answer = screens.findLast((screen) => /\$ sshwhy /.test(screen)) ?? '';
  const example = new RegExp(`(<!-- example:${story.name} -->\n)[\\s\\S]*?(<!-- /example -->)`);
  writeFileSync(
    readme,
    before.replace(example, (_, from, to) => `${from}\n${answer}\n\n${to}`),
  );
}
