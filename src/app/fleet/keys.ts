import { sectionName } from '../../facts/bundle.ts';
import { hostKeyring } from '../../facts/keyring/index.ts';
import type { FleetHost } from '../../model/fleet.ts';
import { KEY_SEVERITIES, type KeySeverity } from '../../model/key-severity.ts';
import type { HostKeyring, KeyFinding } from '../../model/keys.ts';
import { VERSION } from '../../model/version.ts';
import { endpointName, hostKeysOf } from '../../reason/fleet/host-keys.ts';
import { keyFacts } from '../../reason/fleet/posture.ts';
import { auditKeys } from '../../reason/keyring/audit.ts';
import { atLeast, type KeyPolicy } from '../../reason/keyring/rule.ts';
import type { Judge } from './server.ts';
import { firstOf } from './told.ts';

export interface KeysQuestion extends KeyPolicy {
  /** What is of this level or above makes a host `degraded`. */
  readonly failOn: KeySeverity;
}

const FINDINGS_MAX = 200;

/** Who can log in there with which key, and what is wrong with that. What could not be read is never taken for well. */
export const judgeKeys =
  (question: KeysQuestion): Judge =>
  (host, bundle) => {
    const name = endpointName({ name: host.name, port: host.port ?? 22 });
    const ring = hostKeyring(bundle, name);
    if ('missing' in ring)
      return {
        asked: 'keys',
        outcome: 'unknown',
        found: [],
        says: `Its keys could not be seen: ${ring.missing.what}: ${ring.missing.why}.`,
        gates: [],
      };
    const { findings } = auditKeys(
      {
        schema: 1,
        tool: { name: 'sshwhy', version: VERSION },
        takenAt: ring.takenAt,
        hosts: [{ ...ring, name }],
        failed: [],
      },
      question,
    );
    const told = findings.filter(({ severity }) => severity !== 'info');
    const keys = hostKeysOf(ring);
    return {
      asked: 'keys',
      outcome: told.some(({ severity }) => atLeast(severity, question.failOn))
        ? 'degraded'
        : keys.whole
          ? 'open'
          : 'unknown',
      found: told.slice(0, FINDINGS_MAX).map(asFound),
      says: sentence(ring, told, keys.whole ? undefined : keys.unseen[0]),
      gates: [],
      facts: keys.whole ? keyFacts(ring) : {},
      keys,
    };
  };

function asFound({
  id,
  severity,
  text,
  account,
  fingerprint,
  evidence,
  action,
}: KeyFinding): FleetHost['found'][number] {
  const subject = [account, fingerprint].filter((one) => one !== undefined).join(' ');
  const seen = evidence.map(({ file, line, text: shown }) => ({
    side: 'server' as const,
    section: sectionName(file),
    text: shown,
    ...(line === undefined ? {} : { line }),
  }));
  return {
    id,
    severity,
    says: text,
    ...(subject === '' ? {} : { subject }),
    evidence: firstOf(seen),
    fix: { refuse: 'who may log in is for people to say', manual: [action] },
  };
}

function sentence(
  { grants }: HostKeyring,
  findings: readonly KeyFinding[],
  unseen: { readonly what: string; readonly why: string } | undefined,
): string {
  const open = grants.filter(({ standing }) => standing !== 'closed');
  const keys = new Set(open.map(({ fingerprint }) => fingerprint)).size;
  const accounts = new Set(open.map(({ account }) => account)).size;
  const root = new Set(open.filter(({ uid }) => uid === 0).map(({ fingerprint }) => fingerprint)).size;
  const counts = KEY_SEVERITIES.toReversed().flatMap((severity) => {
    const count = findings.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  const s = (count: number): string => (count === 1 ? '' : 's');
  const ways =
    keys === 0
      ? 'No key opens an account'
      : `${keys} key${s(keys)} open${keys === 1 ? 's' : ''} ${accounts} account${s(accounts)}${root > 0 ? `, ${root} of them root's` : ''}`;
  const wrong = counts.length === 0 ? (unseen ? '' : '; nothing is wrong with that') : `; found: ${counts.join(', ')}`;
  const blind = unseen === undefined ? '.' : `, as far as was seen; not seen: ${unseen.what} (${unseen.why}).`;
  return `${ways}${wrong}${blind}`;
}
