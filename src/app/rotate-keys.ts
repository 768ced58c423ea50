import { tryLogin } from '../collect/client/prove-login.ts';
import { hostKeyring } from '../facts/keyring/index.ts';
import type { ChangedHost } from '../model/keys-change.ts';
import type { PlainKey } from '../reason/keyring/plain-key.ts';
import { planRevoke } from '../reason/keyring/revoke.ts';
import { planAdd, planRemove } from '../reason/keyring/rotate.ts';
import { type KeyChangeOptions, lookAt, makeStep } from './key-change.ts';

/** How a login is tried: ssh's own arguments, and the host. */
export interface Way {
  readonly ssh: readonly string[];
  readonly host: string;
}

export interface Rotation extends KeyChangeOptions {
  readonly user: string;
  /** Fingerprint of the key that goes, and where its private half is, if it is here. */
  readonly old: string;
  readonly oldIdentity?: string;
  readonly fresh: PlainKey;
  /** The private half of the new key, or the `.pub` of one that the agent has. */
  readonly identity: string;
  readonly way: Way;
}

/** Why the new key does not let the user in; by a fresh connection on which no other key is offered. */
async function freshWorks({ way, user, identity, fresh, signal }: Rotation): Promise<string | undefined> {
  const { outcome, accepted, said } = await tryLogin({ ...way, user, identity }, signal);
  if ((outcome === 'in' || outcome === 'partly') && accepted === fresh.fingerprint) return undefined;
  if (outcome === 'not-reached') return `no login could be tried: ${said}`;
  if (accepted === fresh.fingerprint)
    return `the server knows the new key, and ssh could not sign with it: has it a passphrase, and no agent holds it? (${said})`;
  return `the new key does not log in: ${said}`;
}

/** Why the old key is not known to be out. */
async function oldIsOut(o: Rotation): Promise<string | undefined> {
  const host = hostKeyring(await lookAt(o, o.user), o.host.name);
  if ('missing' in host) return `${host.missing.what}: ${host.missing.why}`;
  const left = host.grants.find((one) => one.fingerprint === o.old && one.account === o.user && !one.authority);
  if (left) return `the old key still stands in line ${left.line} of ${left.file}`;
  if (o.oldIdentity === undefined) return undefined;
  const { outcome, accepted } = await tryLogin({ ...o.way, user: o.user, identity: o.oldIdentity }, o.signal);
  return accepted === o.old || outcome === 'in' ? 'the old key still logs in' : undefined;
}

/**
 * Puts a new key beside the old one, proves a login with it, takes the old one out, and proves both; each step is taken back by
 * the host itself unless it is proven. What is done already is not done again.
 */
export async function rotateOn(o: Rotation): Promise<ChangedHost> {
  const { user, old, fresh } = o;
  const added = await makeStep(o, {
    cause: 'keys/rotate',
    summary: `the new key of ${user} beside the old one`,
    user,
    plan: (bundle) => planAdd(bundle, user, old, fresh),
    prove: () => freshWorks(o),
    proves: `the new key logs in as ${user}`,
  });
  const host = o.host.name;
  if (added.outcome !== 'done' && added.outcome !== 'already') return { host, ...added };
  const day = new Date().toISOString().slice(0, 10);
  const removed = await makeStep(o, {
    cause: 'keys/rotate',
    summary: `the old key of ${user} out`,
    user,
    plan: (bundle) =>
      // Without the first step nothing could be said of the second.
      o.dryRun && added.outcome !== 'already'
        ? { is: 'done', says: [`then ${old} out of its lines`] }
        : planRemove(bundle, user, old, fresh, day),
    prove: async () => (await freshWorks(o)) ?? (await oldIsOut(o)),
    proves: `the new key logs in as ${user}, and the old one does not`,
  });
  const both = added.outcome === 'already' && removed.outcome === 'already';
  return {
    host,
    ...removed,
    outcome: removed.outcome === 'already' && !both ? added.outcome : removed.outcome,
    steps: [...added.steps, ...removed.steps],
  };
}

export interface Revocation extends KeyChangeOptions {
  readonly fingerprint: string;
  readonly key?: PlainKey;
  /** Where its private half is, if it is here. */
  readonly identity?: string;
  readonly way: Way;
  /** The operator's own name there; absent: as ssh_config says. */
  readonly login?: string;
}

/** Revokes a key, and proves that it opens nothing any more while the operator still gets in. */
export async function revokeOn(o: Revocation): Promise<ChangedHost> {
  const { fingerprint, key } = o;
  const ended = await makeStep(o, {
    cause: 'keys/revoke',
    summary: `${fingerprint} among the revoked keys`,
    plan: (bundle) => planRevoke(bundle, fingerprint, key),
    before: () => ownKey(o),
    prove: () => revoked(o),
    proves: 'the key opens nothing any more, and your own login works',
  });
  return { host: o.host.name, ...ended };
}

const ownLogin = (o: Revocation) =>
  tryLogin({ ...o.way, ...(o.login === undefined ? {} : { user: o.login }) }, o.signal);

/** Nobody saws off the branch that they sit on, nor changes what cannot be proven afterwards. */
async function ownKey(o: Revocation): Promise<string | undefined> {
  const { outcome, accepted, said } = await ownLogin(o);
  if (outcome !== 'in' && outcome !== 'partly')
    return `your own login does not work, by which it would be proven: ${said}`;
  return accepted === o.fingerprint
    ? 'it is the key that you log in with yourself; log in with another one first'
    : undefined;
}

async function revoked(o: Revocation): Promise<string | undefined> {
  const own = await ownLogin(o);
  if (own.outcome !== 'in' && own.outcome !== 'partly') return `your own login does not work any more: ${own.said}`;
  const host = hostKeyring(await lookAt(o), o.host.name);
  if ('missing' in host) return `${host.missing.what}: ${host.missing.why}`;
  const left = host.grants.find(
    (one) => one.fingerprint === o.fingerprint && !one.why.some((text) => text.startsWith('revoked in')),
  );
  if (left) return `it still opens ${left.account} by line ${left.line} of ${left.file}`;
  if (o.identity === undefined) return undefined;
  const users = [...new Set(host.grants.filter((one) => one.fingerprint === o.fingerprint).map((one) => one.account))];
  for (const user of users.slice(0, TRIED_MAX)) {
    const { outcome, accepted } = await tryLogin({ ...o.way, user, identity: o.identity }, o.signal);
    if (outcome === 'in' || accepted === o.fingerprint) return `it still logs in as ${user}`;
  }
  return undefined;
}

/** Refused logins feed bans. */
const TRIED_MAX = 2;
