import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { attemptOf } from '../app/attempt.ts';
import { collectServer, readBundle } from '../app/server.ts';
import { withSections } from '../facts/bundle.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';
import { LookError, UsageError } from '../model/errors.ts';
import { effectiveSettings } from '../reason/settings.ts';
import { jsonText } from '../report/json-text.ts';
import { settingsText } from '../report/settings.ts';
import { openTransport } from '../transport/open.ts';
import { answer, progress, wantsColor } from './answer.ts';
import { type CloudFlags, cloudsOf, printedCommands, withCloudFlags } from './cloud.ts';
import { offeredIn } from './offered.ts';
import { type OutputFlags, type SshFlags, sshArguments, withOutputFlags, withSshFlags } from './options.ts';
import { standardInput } from './stdin.ts';
import { parseAddress } from './target.ts';

interface ServerFlags extends OutputFlags, SshFlags, CloudFlags {
  readonly user?: string;
  readonly from?: string;
  readonly key?: string;
  readonly on?: string;
  readonly bundle?: string;
  readonly settings?: boolean;
}

/** `sshwhy server`: what is broken on this server, or would this login be let in. */
export function serverCommand(signal: AbortSignal): Command {
  const command = new Command('server')
    .description('on the server, or through another door: what is broken here; would this login be let in?')
    .option('--user <name>', 'the account that wants to log in')
    .option('--from <address>', 'the address that it comes from', parseAddress)
    .option(
      '--key <file.pub>',
      'the public key that it offers, with the certificate in file-cert.pub, or a certificate alone, or the fingerprint of a key (SHA256:…); without one, a password is meant',
    )
    .option(
      '--on <transport>',
      'look through a door: local, ssh:[user@]host, docker:NAME, podman:NAME, kubectl:[ns/]pod, machine:NAME, exec:COMMAND…',
    )
    .option('--bundle <file>', 'diagnose a saved or pasted bundle instead (- for standard input)')
    .option(
      '--settings',
      'print what sshd_config comes to for this login, and which line says so, instead of a diagnosis',
    );
  return withSshFlags(withOutputFlags(withCloudFlags(command))).action(async (flags: ServerFlags) => {
    if (await printedCommands(flags)) return;
    if (flags.on !== undefined && flags.bundle !== undefined)
      throw new UsageError('--on and --bundle exclude each other');
    const startedAt = performance.now();
    const offered = flags.key === undefined ? {} : offeredIn(flags.key);
    const question = {
      ...(flags.user === undefined ? {} : { user: flags.user }),
      ...(flags.from === undefined ? {} : { from: flags.from }),
      ...(flags.port === undefined ? {} : { port: flags.port }),
    };
    const askClouds = await cloudsOf(flags);
    const [server, clouds] = await Promise.all([
      flags.bundle === undefined ? collect(flags, question, signal) : saved(flags.bundle),
      askClouds({ signal }),
    ]);
    const bundle = withSections(server, clouds);
    const asked: Attempt = { ...attemptOf(bundle), ...question, ...offered };
    if (flags.settings) return tellSettings(bundle, asked, flags);
    await answer(flags.on ?? flags.bundle ?? '', bundle, asked, startedAt, flags);
  });
}

function tellSettings(bundle: Bundle, asked: Attempt, { json, verbose = false }: ServerFlags): void {
  const all = effectiveSettings(bundle, asked);
  const color = wantsColor(process.stdout, process.env);
  const made = json ? jsonText({ schema: 1, settings: all }, 2) : settingsText(all, { color, defaults: verbose });
  process.stdout.write(`${made.trimEnd()}\n`);
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

const BUNDLE_MAX = 512 << 20;

/** The Bundle in a file or on standard input. */
export async function saved(file: string): Promise<Bundle> {
  let content: string;
  try {
    content = file === '-' ? await standardInput(BUNDLE_MAX) : readFileSync(file, 'utf8');
  } catch (error) {
    throw new LookError(`cannot read ${file}: ${(error as Error).message}`);
  }
  return readBundle(file === '-' ? 'standard input' : file, content);
}
