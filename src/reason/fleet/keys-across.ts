import type { FleetKeySums } from '../../model/fleet-keys.ts';
import { KEY_SEVERITIES, type KeySeverity } from '../../model/key-severity.ts';
import type { HostKeyring, KeyFinding, Keyring } from '../../model/keys.ts';
import { keyName } from '../keyring/rule.ts';
import { sharing } from '../keyring/sharing.ts';
import { reach, type SeenKeys } from './keys-seen.ts';

type Found = FleetKeySums['findings'][number];

const FINDINGS_MAX = 200;
const EVIDENCE_MAX = 10;
/** Within one account of one host: its own line says so. */
const WITHIN = new Set(['duplicate-key']);

/** What is wrong with keys that shows only where hosts are seen together; gravest first. */
export function acrossHosts(
  seen: SeenKeys,
  people: ReadonlyMap<string, string> | undefined,
): { readonly findings: Found[]; readonly further: number; readonly worst?: KeySeverity } {
  const all = ringOf(seen);
  const shared = sharing
    .filter(({ id }) => !WITHIN.has(id))
    .flatMap((rule) => rule.check(all, { now: 0 }).map((one): KeyFinding => ({ id: rule.id, why: rule.why, ...one })))
    .filter(
      ({ id, text, host, account, fingerprint }) =>
        !seen.said.has(`${id} ${text}`) &&
        !seen.said.has(`${id} ${host ?? ''} ${[account, fingerprint].filter((one) => one !== undefined).join(' ')}`),
    )
    // Two accounts of one host are that host's own affair.
    .filter(({ id, evidence }) => id !== 'shared-key' || new Set(evidence.map(({ host }) => host)).size > 1);
  const findings = [...shared, ...nobodys(seen, people)].toSorted((a, b) => rank(b) - rank(a));
  const [worst] = findings;
  return {
    findings: findings.slice(0, FINDINGS_MAX).map((one) => ({ ...one, evidence: one.evidence.slice(0, EVIDENCE_MAX) })),
    further: Math.max(0, findings.length - FINDINGS_MAX),
    ...(worst === undefined ? {} : { worst: worst.severity }),
  };
}

const rank = ({ severity }: KeyFinding): number => KEY_SEVERITIES.indexOf(severity);

/** The hosts with what the rules of sharing can find something in, and no more. */
function ringOf({ keys, hosts }: SeenKeys): Keyring {
  const lying = new Set(
    hosts.flatMap(({ ring }) => [
      ...ring.hostKeys.flatMap(({ fingerprint }) => fingerprint ?? []),
      ...ring.holders.map(({ fingerprint }) => fingerprint),
    ]),
  );
  const grants = new Map<string, HostKeyring['grants']>();
  for (const [fingerprint, { ways }] of keys) {
    const people = new Set(ways.filter(({ way }) => way.uid !== 0).map(({ way }) => way.account));
    if (people.size < 2 && !lying.has(fingerprint)) continue;
    for (const { host, way } of ways) {
      const { lastLogin: _, ...grant } = way;
      const known = grants.get(host.ring.door);
      if (known === undefined) grants.set(host.ring.door, [grant]);
      else known.push(grant);
    }
  }
  return {
    schema: 1,
    tool: { name: 'sshwhy', version: '' },
    takenAt: '',
    hosts: hosts.map(({ ring }) => ({ ...ring, grants: grants.get(ring.door) ?? [] })),
    failed: [],
  };
}

/** Keys of which nobody knows whose they are. */
function nobodys({ keys }: SeenKeys, people: ReadonlyMap<string, string> | undefined): KeyFinding[] {
  return [...keys].flatMap(([fingerprint, { type, names, ways }]): KeyFinding[] => {
    if (people === undefined ? names.size > 0 : people.has(fingerprint)) return [];
    const open = ways.filter(({ way }) => way.standing !== 'closed' && !way.authority);
    const [first] = open;
    if (first === undefined) return [];
    const sums = {
      hosts: new Set(open.map(({ host }) => host)).size,
      root: new Set(open.filter(({ way }) => way.uid === 0).map(({ host }) => host)).size,
      accounts: new Set(open.map(({ host, way }) => `${way.account}@${host.ring.door}`)).size,
    };
    const name = keyName({ type, fingerprint, comment: [...names][0] ?? '' });
    return [
      {
        id: people === undefined ? 'key-without-name' : 'key-of-nobody',
        severity: people === undefined ? 'low' : sums.root > 0 ? 'high' : 'medium',
        fingerprint,
        text: `${name} ${people === undefined ? 'says nowhere whose it is' : "is none of the people's keys"}, and opens ${reach(sums)}.`,
        why: 'A key of which nobody knows whose it is stays when its owner leaves, and nobody notices when it is used.',
        evidence: open.slice(0, EVIDENCE_MAX).map(({ host, way }) => ({
          host: host.ring.name,
          file: way.file,
          line: way.line,
          text: keyName(way),
        })),
        action: 'Find out whose it is; write that behind the key, or take the line out.',
      },
    ];
  });
}
