import { ADMIN_GROUPS } from '../reason/harden/logins.ts';
import { clip } from '../report/escape.ts';
import type { Transport } from '../transport/transport.ts';
import type { Proof } from './harden-apply.ts';

/** Flags of ssh for a login of its own, by key and nothing else; a shared connection would prove nothing. */
export const FRESH = ['-oPreferredAuthentications=publickey', '-oControlMaster=no', '-oControlPath=none'] as const;
const PROVE_MS = 30_000;
const SAID_MAX = 200;

/** Logs in through a door that was opened with `FRESH`, and sees who that is and whether they can become root. */
export async function proveLogin(door: Transport, signal: AbortSignal): Promise<Proof> {
  const ran = await door.run('echo sshwhy; id -un; id -u; id -Gn\n', { timeoutMs: PROVE_MS, signal });
  // What a profile prints stands in front.
  const [, name, uid, groups = ''] = /^sshwhy\n(.*)\n(\d+)\n(.*)$/m.exec(ran.stdout) ?? [];
  if (ran.code !== 0 || name === undefined) {
    const said = ran.timedOut ? 'no answer' : (ran.stderr.trim().split('\n').at(-1) ?? '');
    return { works: false, canBecomeRoot: false, said: clip(said, SAID_MAX) };
  }
  const admin = groups.split(' ').some((group) => ADMIN_GROUPS.includes(group));
  return { works: true, canBecomeRoot: uid === '0' || admin, said: clip(name, SAID_MAX) };
}
