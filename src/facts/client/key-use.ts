import type { Verdict } from '../../model/finding.ts';
import { derived } from '../source.ts';
import { attemptLog } from './attempt.ts';
import type { AttemptLog } from './attempt-model.ts';
import { type Identities, type Identity, identities } from './identities.ts';
import { maybe } from './json.ts';

/** What became of the keys in a login that was turned away for want of a key. */
export interface KeyUse {
  /** The server asked for a key and let nobody in. */
  readonly failed: boolean;
  /** Keys that the server was given to judge, by public half or by signature. */
  readonly judged: number;
  /** Public keys that the server would have let in, had they been signed with. */
  readonly accepted: readonly string[];
  /** The server takes keys and nothing else. */
  readonly keysOnly: boolean;
  readonly log: AttemptLog;
  readonly identities?: Identities;
}

const TURNED_AWAY: readonly string[] = ['auth-failed', 'closed-in-auth', 'too-many-auth-failures'];

export const keyUse = derived<KeyUse, { log: typeof attemptLog }, { identities: typeof identities }>(
  'key-use',
  'which keys the server was given to judge in a login that it turned away, and which it would have taken',
  { log: attemptLog },
  ({ log, identities: have }) => {
    const methods = new Set(log.methods.flatMap((said) => said.methods));
    const unloaded = new Set([...log.loadErrors, ...log.badKeyFiles].map(({ path }) => path));
    const signed = log.triedFiles.filter(({ path }) => {
      const file = have?.files.find((one) => one.path === path);
      // Without a look at the files, a key that was tried may have been there.
      return !unloaded.has(path) && (have === undefined || (file !== undefined && loadable(file)));
    });
    return {
      failed: log.authenticated === undefined && TURNED_AWAY.includes(log.ending) && methods.has('publickey'),
      judged: log.offered.length + signed.length,
      accepted: log.offered.flatMap(({ accepted, path }) => (accepted ? [path] : [])),
      keysOnly: methods.size > 0 && [...methods].every((method) => method === 'publickey'),
      log,
      ...maybe('identities', have),
    };
  },
  { identities },
);

const loadable = ({ exists, kind, encrypted }: Identity): boolean =>
  exists && (kind === 'openssh' || kind === 'pem') && encrypted !== true;

/**
 * How sure it is that a key file that could not be used is what keeps the login out: beyond doubt when the server would
 * have taken the key, or was given no other one to judge.
 */
export function certainty({ judged, accepted }: KeyUse, path: string): Verdict {
  return accepted.includes(path) || judged === 0 ? 'confirmed' : 'likely';
}
