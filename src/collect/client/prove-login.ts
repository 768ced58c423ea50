import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HARMLESS, words } from './harmless.ts';
import { run } from './run.ts';

/** What came of a login that was only to show whether it works. */
export interface TriedLogin {
  /** `in`: the server let it in. `partly`: it took the key and wants more. `refused`: it was reached, and took no key. */
  readonly outcome: 'in' | 'partly' | 'refused' | 'not-reached';
  /** Fingerprint of the key that the server said it knows, the last one. */
  readonly accepted?: string;
  /** What ssh said last. */
  readonly said: string;
}

export interface LoginToTry {
  /** ssh's own arguments, host and `--` not among them. */
  readonly ssh: readonly string[];
  readonly host: string;
  readonly user?: string;
  /** The one key that may be offered: a private half, or the `.pub` of one that the agent has. */
  readonly identity?: string;
}

const LOG_MAX = 256 * 1024;
const POLL_MS = 50;
const TRY_MS = 30_000;

/** sshconnect2.c: input_userauth_failure(), input_userauth_pk_ok(); ssh.c. */
const IN = /^Authenticated to .* using "/m;
const PARTLY = /^Authenticated (?:using "publickey" )?with partial success/m;
const REFUSED = /: Permission denied \(|^Received disconnect .*Too many authentication failures/m;
const ACCEPTED = /^debug1: Server accepts key: .* (SHA256:[A-Za-z0-9+/]{43})/gm;

function readLog(path: string): string {
  const file = openSync(path, 'r');
  try {
    const size = Math.min(fstatSync(file).size, LOG_MAX);
    const buffer = Buffer.alloc(size);
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, size, 0));
  } finally {
    closeSync(file);
  }
}

/**
 * Logs in by the user's own ssh over a fresh connection, and leaves as soon as the server has let it in: no session is opened,
 * so that no command is run, not even a forced one. With `identity`, no other key is offered. Rejects on abort only.
 */
export async function tryLogin({ ssh, host, user, identity }: LoginToTry, signal?: AbortSignal): Promise<TriedLogin> {
  const folder = mkdtempSync(join(tmpdir(), 'sshwhy-'));
  const log = join(folder, 'log');
  try {
    closeSync(openSync(log, 'w', 0o600));
    const argv = [
      ...['ssh', '-v', '-N', '-T', '-E', log, ...words(HARMLESS), ...words(['ConnectTimeout=15'])],
      ...words(['PreferredAuthentications=publickey', 'ExitOnForwardFailure=no']),
      ...(identity === undefined ? [] : [...words(['IdentitiesOnly=yes']), '-i', identity]),
      ...ssh,
      ...(user === undefined ? [] : ['-l', user]),
      ...['--', host],
    ];
    let pid: number | undefined;
    const leave = setInterval(() => {
      if (pid !== undefined && IN.test(readLog(log))) {
        try {
          process.kill(-pid, 'SIGTERM');
        } catch {
          // It is gone already.
        }
      }
    }, POLL_MS);
    const env = { ...process.env, SSH_ASKPASS_REQUIRE: 'never' };
    const started = { timeoutMs: TRY_MS, signal, env, onStart: (of: number) => void (pid = of) };
    const ran = await run(argv, started).finally(() => clearInterval(leave));
    return judged(readLog(log), ran.timedOut);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function judged(log: string, timedOut: boolean): TriedLogin {
  const accepted = [...log.matchAll(ACCEPTED)].at(-1)?.[1];
  const lines = log.split('\n').filter((line) => line !== '' && !/^debug\d:|^OpenSSH_|^Authenticated /.test(line));
  const said = timedOut ? `nothing within ${TRY_MS / 1000} s` : (lines.at(-1) ?? '').slice(0, 300);
  const outcome = IN.test(log) ? 'in' : PARTLY.test(log) ? 'partly' : REFUSED.test(log) ? 'refused' : 'not-reached';
  return { outcome, said, ...(accepted === undefined ? {} : { accepted }) };
}
