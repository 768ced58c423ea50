import { closeSync, openSync, readSync } from 'node:fs';
import { userInfo } from 'node:os';
import { run } from './run.ts';

/** Effective options by lower-case name, in ssh's order; an option that can be given often has many values. */
export type SshOptions = Readonly<Record<string, readonly string[]>>;

export interface SshConfig {
  readonly argv: readonly string[];
  readonly rc: number | null;
  readonly stderr: string;
  readonly options: SshOptions;
  readonly error?: string;
  readonly timedOut?: true;
  /** The client's system-wide policy of cryptography (crypto-policies(7)), where there is one. */
  readonly policy?: { readonly path: string; readonly text: string };
}

export interface Target {
  /** ssh's own flags: -i -p -l -J -F -o -4 -6. */
  readonly argv: readonly string[];
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

const CONFIG_MS = 5000;
const POLICY = '/etc/crypto-policies/back-ends/openssh.config';
const POLICY_BYTES = 16 * 1024;

function readPolicy(path = POLICY): SshConfig['policy'] {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(POLICY_BYTES);
      return { path, text: bytes.toString('utf8', 0, readSync(file, bytes, 0, POLICY_BYTES, 0)) };
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** ssh takes the first of several -l and -p, so what was asked for by name goes first. */
export function flagsOf(target: Target): string[] {
  return [
    ...(target.user === undefined ? [] : ['-l', target.user]),
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
    ...target.argv,
  ];
}

/** `ssh -G`: what ssh itself makes of its files and flags (ssh(1)). */
export async function readSshConfig(ssh: string, target: Target, signal?: AbortSignal): Promise<SshConfig> {
  const argv = [ssh, ...flagsOf(target), '-G', '--', target.host];
  const ran = await run(argv, { timeoutMs: CONFIG_MS, signal });
  const policy = readPolicy();
  return {
    argv,
    rc: ran.rc,
    stderr: ran.stderr,
    options: ran.rc === 0 ? parseOptions(ran.stdout) : {},
    ...(ran.error === undefined ? {} : { error: ran.error }),
    ...(ran.timedOut ? { timedOut: true } : {}),
    ...(policy ? { policy } : {}),
  };
}

export function parseOptions(text: string): SshOptions {
  const options: Record<string, string[]> = Object.create(null);
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    if (space > 0) (options[line.slice(0, space).toLowerCase()] ??= []).push(line.slice(space + 1).trim());
  }
  return options;
}

/** First value of an option; `none` and the empty word are no value. */
export function option(options: SshOptions, name: string): string | undefined {
  const value = options[name]?.[0];
  return value === undefined || value === '' || value === 'none' ? undefined : value;
}

/**
 * Files of an option that holds several on one line. `ssh -G` does not quote, so a word that cannot begin a path is
 * taken for the rest of the one before it.
 */
export function fileList(options: SshOptions, name: string): string[] {
  const files: string[] = [];
  for (const word of (options[name] ?? []).flatMap((value) => value.split(' '))) {
    if (word === 'none') continue;
    if (files.length > 0 && word !== '' && !/^[~/%$.]/.test(word)) files.push(`${files.pop()} ${word}`);
    else if (word !== '') files.push(word);
  }
  return files;
}

/** `~` and the tokens of ssh_config(5) that files may hold; ssh takes the home of the passwd entry, not $HOME. */
export function expandPath(path: string, options: SshOptions): string {
  const { homedir, username } = userInfo();
  const tokens: Readonly<Record<string, string>> = {
    '%': '%',
    d: homedir,
    u: username,
    h: option(options, 'hostname') ?? '%h',
    r: option(options, 'user') ?? '%r',
    p: option(options, 'port') ?? '%p',
    k: option(options, 'hostkeyalias') ?? option(options, 'hostname') ?? '%k',
  };
  return path
    .replace(/^~(?=\/|$)/, homedir)
    .replace(/\$\{(\w+)\}/g, (whole, name: string) => process.env[name] ?? whole)
    .replace(/%(.)/g, (whole, letter: string) => tokens[letter] ?? whole);
}
