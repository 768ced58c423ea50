import { existsSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { KeyChangeOptions, KeyHost } from '../app/key-change.ts';
import { revokeOn, rotateOn, type Way } from '../app/rotate-keys.ts';
import { rotationState } from '../app/rotation-state.ts';
import { EXIT, UsageError } from '../model/errors.ts';
import type { ChangedHost, KeyChange } from '../model/keys-change.ts';
import { shellQuote } from '../model/remedy.ts';
import { type PlainKey, plainKey } from '../reason/keyring/plain-key.ts';
import { jsonText } from '../report/json-text.ts';
import { keyChangeText, keyStepText } from '../report/keys-change.ts';
import { openTransport } from '../transport/open.ts';
import { progress, wantsColor } from './answer.ts';
import { ask } from './ask.ts';
import { duration } from './duration.ts';
import { type SshFlags, sshArguments, withSshFlags } from './options.ts';
import { parseAccount, parseTarget, type Target } from './target.ts';

interface ChangeFlags extends SshFlags {
  readonly on?: string;
  readonly confirmWithin: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly keepGoing?: boolean;
  readonly json?: boolean;
}

interface RotateFlags extends ChangeFlags {
  readonly user: string;
  readonly old: string;
  readonly new: string;
}

function withChangeFlags(command: Command): Command {
  return withSshFlags(
    command
      .option('--on <transport>', 'the door through which the host is changed, where that is not ssh (one host only)')
      .option(
        '--confirm-within <time>',
        'how long a host waits before it takes a step back',
        duration('10s', '60m'),
        60,
      )
      .option('--dry-run', 'only say what would be changed')
      .option('--yes', 'do not ask before each step')
      .option('--keep-going', 'go on with the next host where one fails')
      .option('--json', 'print what was done as JSON (schema/keys-change.schema.json)'),
  );
}

/** `sshwhy keys rotate`: a new key in the place of an old one. */
export function rotateCommand(signal: AbortSignal): Command {
  return withChangeFlags(new Command('rotate'))
    .description(
      'put a new key in the place of an old one: added, proven by a login, and only then the old one removed and that proven',
    )
    .argument('<[user@]host[:port]...>', 'hosts; user is who changes it there (default: the account itself)')
    .requiredOption('--user <name>', 'the account whose key it is', parseAccount)
    .requiredOption('--old <key>', 'the key that goes: its file, or its fingerprint SHA256:…')
    .requiredOption('--new <file.pub>', 'the key that comes; its private half lies beside it, or in the agent')
    .action(async (inputs: readonly string[], flags: RotateFlags) => {
      const { user } = flags;
      const old = keyAt(flags.old, '--old');
      const fresh = keyAt(flags.new.endsWith('.pub') ? flags.new : `${flags.new}.pub`, '--new');
      if (!fresh.key) throw new UsageError(`--new needs the file of a public key, not a fingerprint`);
      const key = fresh.key;
      if (key.fingerprint === old.fingerprint) throw new UsageError('--old and --new are the same key');
      refuseWeak(key);
      const identity = fresh.identity ?? fresh.file ?? '';
      const state = rotationState(user, old.fingerprint, key.fingerprint);
      const about = { fingerprint: old.fingerprint, replacement: key.fingerprint, user };
      await onEach('rotate', about, inputs, flags, signal, async (input, target, common) => {
        const before = state.done.get(input);
        if (before !== undefined && !flags.dryRun)
          return { host: input, outcome: 'already', steps: [`it was done on ${before.slice(0, 10)} (${state.file})`] };
        // Whoever the account itself is comes with the old key first, and once that is gone with the new one.
        const login = target.user ?? flags.login ?? user;
        const own = login === user ? [...(old.identity === undefined ? [] : [old.identity]), identity] : [];
        const keys = [...(flags.identity ?? []), ...own];
        const ended = await rotateOn({
          ...common,
          host: hostAt(flags, { ...target, user: login }, keys),
          user,
          old: old.fingerprint,
          ...(old.identity === undefined ? {} : { oldIdentity: old.identity }),
          fresh: key,
          identity,
          way: wayOf(flags, target),
        });
        if (!flags.dryRun && (ended.outcome === 'done' || ended.outcome === 'already')) state.finish(input);
        return ended;
      });
    });
}

/** `sshwhy keys revoke`: a key that opens nothing any more, wherever it stands. */
export function revokeCommand(signal: AbortSignal): Command {
  return withChangeFlags(new Command('revoke'))
    .description(
      'put a key into RevokedKeys, and prove that it opens nothing any more while your own login still works',
    )
    .argument('<key>', 'the file of the public key, or its fingerprint SHA256:…')
    .argument('<[user@]host[:port]...>', 'hosts; user is you there')
    .action(async (given: string, inputs: readonly string[], flags: ChangeFlags) => {
      const { fingerprint, key, identity } = keyAt(given, 'the key');
      await onEach('revoke', { fingerprint }, inputs, flags, signal, (_, target, common) => {
        const login = target.user ?? flags.login;
        return revokeOn({
          ...common,
          host: hostAt(flags, target, flags.identity ?? []),
          fingerprint,
          ...(key === undefined ? {} : { key }),
          ...(identity === undefined ? {} : { identity }),
          way: { ...wayOf(flags, target), ssh: [...wayOf(flags, target).ssh, ...ownKeys(flags)] },
          ...(login === undefined ? {} : { login }),
        });
      });
    });
}

type Common = Omit<KeyChangeOptions, 'host'>;

async function onEach(
  action: KeyChange['action'],
  about: Omit<KeyChange, 'schema' | 'action' | 'hosts'>,
  inputs: readonly string[],
  flags: ChangeFlags,
  signal: AbortSignal,
  change: (input: string, target: Target, common: Common) => Promise<ChangedHost>,
): Promise<void> {
  if (flags.on !== undefined && inputs.length > 1)
    throw new UsageError('--on is the door into one host: name only one');
  const targets = inputs.map(parseTarget);
  const bar = progress(flags.json === true);
  const color = wantsColor(process.stdout, process.env);
  const hosts: ChangedHost[] = [];
  let stopped = false;
  for (const [at, target] of targets.entries()) {
    const { input } = target;
    if (stopped) {
      hosts.push({ host: input, outcome: 'not-tried', steps: [] });
      continue;
    }
    const common: Common = {
      within: flags.confirmWithin,
      dryRun: flags.dryRun === true,
      signal,
      step: (text) => bar.step(targets.length > 1 ? `${at + 1} of ${targets.length}: ${text}` : text),
      agree: async (host, says, diff) => {
        bar.done();
        if (flags.yes) return true;
        process.stderr.write(keyStepText(host, says, diff));
        return ask('Make this change?', signal);
      },
    };
    const ended = await change(input, target, common).finally(bar.done);
    hosts.push(ended);
    stopped = !GOOD.has(ended.outcome) && flags.keepGoing !== true;
  }
  const told: KeyChange = { schema: 1, action, ...about, hosts };
  process.stdout.write(flags.json ? `${jsonText(told, 2)}\n` : keyChangeText(told, { color }));
  process.exitCode = exitOf(hosts);
}

const GOOD: ReadonlySet<ChangedHost['outcome']> = new Set(['done', 'already', 'planned'] as const);

function exitOf(hosts: readonly ChangedHost[]): number {
  const some = (...outcomes: readonly ChangedHost['outcome'][]) => hosts.some((one) => outcomes.includes(one.outcome));
  if (some('rolled-back', 'damaged')) return EXIT.rolledBack;
  if (some('could-not-look')) return EXIT.couldNotLook;
  return some('refused', 'not-tried') ? EXIT.closed : EXIT.open;
}

/** The door by which a host is changed: ssh, as who was named, unless another one was. */
function hostAt(flags: ChangeFlags, { input, host, port, user }: Target, keys: readonly string[]): KeyHost {
  const { identity: _, login, ...rest } = flags;
  const who = user ?? login;
  const name = flags.on ?? `ssh:${who === undefined ? '' : `${who}@`}${host}`;
  const through = port ?? flags.port;
  const door = openTransport(
    name,
    sshArguments({ ...rest, identity: keys, ...(through === undefined ? {} : { port: through }) }),
  );
  const by = `--on ${shellQuote(name)}${through === undefined || flags.on !== undefined ? '' : ` -p ${through}`}`;
  return { name: input, door, by };
}

/** Flags of ssh for the proofs: the way is the same, the key and the user are theirs to say. */
function wayOf(flags: ChangeFlags, { host, port }: Target): Way {
  const { identity: _, login: __, ...rest } = flags;
  return { host, ssh: sshArguments({ ...rest, ...(port === undefined ? {} : { port }) }) };
}

const ownKeys = ({ identity = [] }: ChangeFlags): string[] => identity.flatMap((file) => ['-i', file]);

interface GivenKey {
  readonly fingerprint: string;
  readonly key?: PlainKey;
  readonly file?: string;
  /** The private half, where it lies beside. */
  readonly identity?: string;
}

const PUB_MAX = 64 * 1024;

/** A key by its file, public or private, or by its fingerprint. @throws UsageError when it is none. */
function keyAt(given: string, flag: string): GivenKey {
  if (/^SHA256:[A-Za-z0-9+/]{43}$/.test(given)) return { fingerprint: given };
  const file = given.endsWith('.pub') ? given : `${given}.pub`;
  let key: PlainKey | undefined;
  try {
    key = plainKey(readFileSync(file, 'utf8').slice(0, PUB_MAX).split('\n')[0] ?? '');
  } catch (error) {
    throw new UsageError(`cannot read ${flag} ${file}: ${(error as Error).message}`);
  }
  if (!key)
    throw new UsageError(`${flag} ${file} is not a public key (give the .pub file, or its fingerprint SHA256:…)`);
  const identity = file.slice(0, -4);
  return { fingerprint: key.fingerprint, key, file, ...(existsSync(identity) ? { identity } : {}) };
}

/** NIST SP 800-131A. */
const RSA_LEAST = 2048;

function refuseWeak({ type, size }: PlainKey): void {
  if (type === 'ssh-dss' || (type === 'ssh-rsa' && size < RSA_LEAST))
    throw new UsageError(`the new key is too weak (${type}, ${size} bits): ssh-keygen -t ed25519 makes a good one`);
}
