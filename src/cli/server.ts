import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import ipaddr from 'ipaddr.js';
import { attemptOf } from '../app/attempt.ts';
import { collectServer, readBundle } from '../app/server.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';
import { LookError, UsageError } from '../model/errors.ts';
import { openTransport } from '../transport/open.ts';
import { answer, progress } from './answer.ts';
import { offeredIn } from './offered.ts';
import { type OutputFlags, type SshFlags, sshArguments, withOutputFlags, withSshFlags } from './options.ts';

interface ServerFlags extends OutputFlags, SshFlags {
  readonly user?: string;
  readonly from?: string;
  readonly key?: string;
  readonly on?: string;
  readonly bundle?: string;
}

/** `sshwhy server`: what is broken on this server, or would this login be let in. */
export function serverCommand(signal: AbortSignal): Command {
  const command = new Command('server')
    .description('on the server, or through another door: what is broken here; would this login be let in?')
    .option('--user <name>', 'the account that wants to log in')
    .option('--from <address>', 'the address that it comes from', parseAddress)
    .option(
      '--key <file.pub>',
      'the public key that it offers, with the certificate in file-cert.pub; or a certificate alone',
    )
    .option(
      '--on <transport>',
      'look through a door: local, ssh:[user@]host, docker:NAME, podman:NAME, kubectl:[ns/]pod, machine:NAME, exec:COMMAND…',
    )
    .option('--bundle <file>', 'diagnose a saved or pasted bundle instead (- for standard input)');
  return withSshFlags(withOutputFlags(command)).action(async (flags: ServerFlags) => {
    if (flags.on !== undefined && flags.bundle !== undefined)
      throw new UsageError('--on and --bundle exclude each other');
    const startedAt = performance.now();
    const offered = flags.key === undefined ? {} : offeredIn(flags.key);
    const question = {
      ...(flags.user === undefined ? {} : { user: flags.user }),
      ...(flags.from === undefined ? {} : { from: flags.from }),
      ...(flags.port === undefined ? {} : { port: flags.port }),
    };
    const bundle = flags.bundle === undefined ? await collect(flags, question, signal) : await saved(flags.bundle);
    const asked: Attempt = { ...attemptOf(bundle), ...question, ...offered };
    answer(flags.on ?? flags.bundle ?? '', bundle, asked, startedAt, flags);
  });
}

async function collect(flags: ServerFlags, question: object, signal: AbortSignal): Promise<Bundle> {
  const name = flags.on ?? 'local';
  const bar = progress(flags.json === true);
  bar.step(`looking at the server through ${name}`);
  // The port of the question is sshd's, not the door's.
  const { port: _, login: __, ...door } = flags;
  try {
    return await collectServer(openTransport(name, sshArguments(door)), question, { signal });
  } finally {
    bar.done();
  }
}

/** The Bundle in a file or on standard input. */
export async function saved(file: string): Promise<Bundle> {
  let content: string;
  try {
    content = file === '-' ? await text(process.stdin) : readFileSync(file, 'utf8');
  } catch (error) {
    throw new LookError(`cannot read ${file}: ${(error as Error).message}`);
  }
  return readBundle(file === '-' ? 'standard input' : file, content);
}

/** @throws UsageError unless an IPv4 or IPv6 address. */
function parseAddress(word: string): string {
  if (!ipaddr.isValid(word) || !(word.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(word)))
    throw new UsageError(`--from "${word}" is not an IP address`);
  return word;
}
