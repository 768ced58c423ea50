import { KEY_SEVERITIES } from '../../model/key-severity.ts';
import type { KeyAudit, KeyFinding, Keyring } from '../../model/keys.ts';
import { VERSION } from '../../model/version.ts';
import { certificates } from './certificates.ts';
import { options } from './options.ts';
import { own } from './own.ts';
import { places } from './places.ts';
import { DAY_MS, type KeyPolicy, type KeyRule } from './rule.ts';
import { sharing } from './sharing.ts';
import { strength } from './strength.ts';
import { use } from './use.ts';

/** Every rule of the audit. */
export const KEY_RULES: readonly KeyRule[] = [
  ...strength,
  ...use,
  ...options,
  ...places,
  ...sharing,
  ...certificates,
  ...own,
];

/** What is wrong with the keys of some hosts, gravest first, and what cannot be told. */
export function auditKeys(all: Keyring, policy: KeyPolicy): KeyAudit {
  const found = KEY_RULES.flatMap((rule) =>
    rule.check(all, policy).map((one): KeyFinding => ({ id: rule.id, why: rule.why, ...one })),
  );
  const grave = ({ severity }: KeyFinding) => -KEY_SEVERITIES.indexOf(severity);
  return {
    schema: 1,
    tool: { name: 'sshwhy', version: VERSION },
    takenAt: all.takenAt,
    hosts: all.hosts.map(({ name }) => name),
    findings: found.toSorted((a, b) => grave(a) - grave(b)),
    unknown: unknown(all, policy),
    failed: all.failed,
  };
}

function unknown({ hosts }: Keyring, { now, unusedDays }: KeyPolicy): KeyAudit['unknown'] {
  const each = hosts.flatMap(({ name: host, log, blind, grants }) => {
    const reaches = log.since !== undefined && log.kept && Date.parse(log.since) <= now - (unusedDays ?? 0) * DAY_MS;
    const open = grants.filter(({ standing, lastLogin }) => standing !== 'closed' && !lastLogin).length;
    const short = unusedDays !== undefined && !reaches && open > 0;
    const why = log.since === undefined ? 'there is no log of logins' : `the log begins on ${log.since.slice(0, 10)}`;
    return [
      ...(short ? [{ host, what: `whether ${open} keys were used in the last ${unusedDays} days`, why }] : []),
      ...blind.map((one) => ({ host, ...one })),
    ];
  });
  return [
    ...each,
    {
      what: 'keys that Debian made without chance in 2006 to 2008 (CVE-2008-0166)',
      why: 'no package of today brings the list of them; look for keys older than 2009',
    },
  ];
}
