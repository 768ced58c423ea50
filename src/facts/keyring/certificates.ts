import type { SeenCertificate, TrustedAuthority } from '../../model/keys.ts';
import type { OfferFacts } from '../access/bench.ts';
import { type Certificate, certificateIn } from '../access/certificate.ts';
import { expandTokens } from '../access/key-files.ts';
import { readKeyList } from '../access/key-list.ts';
import { parsePrincipals } from '../access/principals.ts';
import { connectionOf } from '../access/who.ts';
import type { Account } from '../accounts.ts';
import { setting } from '../sshd/index.ts';
import type { KnownAuthority } from './elsewhere.ts';
import { isoOf, loginTold } from './grants.ts';
import type { KeyLogins } from './logins.ts';

/** Dates beyond what a clock can say stand for no end (PROTOCOL.certkeys). */
const LAST_MS = 8_640_000_000_000_000n;

function validity({ validAfter, validBefore }: Certificate): Pick<SeenCertificate, 'validAfter' | 'validBefore'> {
  const told = (seconds: bigint) => (seconds * 1000n < LAST_MS ? isoOf(Number(seconds) * 1000) : undefined);
  const [after, before] = [validAfter === 0n ? undefined : told(validAfter), told(validBefore)];
  return {
    ...(after === undefined ? {} : { validAfter: after }),
    ...(before === undefined ? {} : { validBefore: before }),
  };
}

/** A certificate in a file of the server. */
export function certificateFile(path: string, text: string, account?: string): SeenCertificate | undefined {
  const found = certificateIn(text);
  return (
    found && {
      source: 'file',
      role: found.role,
      fingerprint: found.key.fingerprint,
      type: found.type,
      id: found.id,
      serial: String(found.serial),
      authority: found.ca.fingerprint,
      principals: [...found.principals],
      ...validity(found),
      file: path,
      ...(account === undefined ? {} : { account }),
    }
  );
}

/** Certificates that the log saw open an account. */
export function certificatesUsed(logins: KeyLogins | undefined): readonly SeenCertificate[] {
  return (logins?.logins ?? []).flatMap((login): SeenCertificate[] => {
    const { certificate, fingerprint, type, user } = login;
    if (!certificate) return [];
    const { id, serial, ca } = certificate;
    return [
      {
        source: 'log',
        role: 'user',
        fingerprint,
        type,
        id,
        serial,
        authority: ca,
        principals: [],
        account: user,
        lastLogin: loginTold(login),
      },
    ];
  });
}

/** CAs of TrustedUserCAKeys, wherever a Match block sets it, and those of ssh_known_hosts. */
export function authorities(
  given: OfferFacts,
  accounts: readonly Account[],
  known: readonly KnownAuthority[],
  at: string,
): readonly TrustedAuthority[] {
  const lists = new Map<string, Account[]>();
  for (const account of accounts) {
    const who = connectionOf({ user: account.name, at }, account, given.groups);
    const [path = 'none'] = setting(given.sshdConfig, 'trustedusercakeys', who).values;
    if (path !== 'none') lists.set(path, [...(lists.get(path) ?? []), account]);
  }
  const ofUsers = [...lists].flatMap(([file, under]): TrustedAuthority[] => {
    const found = given.files.get(file);
    if (found?.status !== 'ok') return [];
    const lines = found.text.split('\n');
    const principals = under.flatMap((account) => principalsOf(given, account, at));
    return readKeyList(lines).keys.map(({ line, key }) => ({
      kind: 'users',
      fingerprint: key.fingerprint,
      type: key.type,
      size: key.size,
      comment: commentOf(lines[line - 1] ?? ''),
      file,
      line,
      principals,
    }));
  });
  const ofHosts = known.flatMap(({ line, patterns, rest }): TrustedAuthority[] => {
    const [one] = readKeyList([rest]).keys;
    if (!one) return [];
    const { fingerprint, type, size } = one.key;
    const comment = commentOf(rest);
    const file = '/etc/ssh/ssh_known_hosts';
    return [{ kind: 'hosts', fingerprint, type, size, comment, file, line, patterns, principals: [] }];
  });
  return [...ofUsers, ...ofHosts];
}

const commentOf = (line: string): string =>
  line
    .trim()
    .split(/[ \t]+/)
    .slice(2)
    .join(' ');

function principalsOf(given: OfferFacts, account: Account, at: string): TrustedAuthority['principals'] {
  const who = connectionOf({ user: account.name, at }, account, given.groups);
  const [pattern = 'none'] = setting(given.sshdConfig, 'authorizedprincipalsfile', who).values;
  if (pattern === 'none') return [];
  const file = expandTokens(pattern, account);
  const found = given.files.get(file);
  if (found?.status !== 'ok') return [];
  return [{ account: account.name, file, names: parsePrincipals(found.text.split('\n')).map(({ name }) => name) }];
}
