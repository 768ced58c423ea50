import type { Grant, KeyGraph, Keyring } from '../../model/keys.ts';
import { VERSION } from '../../model/version.ts';

/** Options in front of a key as authorized_keys has them. */
export const optionText = ({ options }: Pick<Grant, 'options'>): string =>
  options.map(({ name, value }) => (value === '' ? name : `${name}="${value.replaceAll('"', '\\"')}"`)).join(',');

/** One way into one account, as a row of a table. */
export interface AccessRow {
  /** Whom the key is said to belong to: its comment, which anybody may have written. */
  readonly principal: string;
  readonly fingerprint: string;
  readonly type: string;
  readonly size: number;
  readonly account: string;
  readonly host: string;
  readonly standing: string;
  readonly options: string;
  readonly file: string;
  readonly line: number;
  readonly lastLogin: string;
  readonly lastFrom: string;
  readonly logSince: string;
}

export function accessRows({ hosts }: Keyring): readonly AccessRow[] {
  return hosts.flatMap(({ name: host, grants, log }) =>
    grants.map((grant) => ({
      principal: grant.comment,
      fingerprint: grant.fingerprint,
      type: grant.type,
      size: grant.size,
      account: grant.account,
      host,
      standing: grant.standing,
      options: optionText(grant),
      file: grant.file,
      line: grant.line,
      lastLogin: grant.lastLogin?.at ?? '',
      lastFrom: grant.lastLogin?.from ?? '',
      logSince: log.since ?? '',
    })),
  );
}

/** Keys, accounts and hosts as nodes; a key opens an account, an account holds the private half of a key. */
export function keyGraph(all: Keyring): KeyGraph {
  const nodes = new Map<string, KeyGraph['nodes'][number]>();
  const edges: KeyGraph['edges'] = [];
  const node = (kind: 'key' | 'authority' | 'account' | 'host', name: string, label: string): string => {
    const id = `${kind}:${name}`;
    if (!nodes.has(id)) nodes.set(id, { id, kind, label });
    return id;
  };
  for (const host of all.hosts) {
    const on = node('host', host.name, host.name);
    const account = (name: string): string => {
      const known = nodes.has(`account:${name}@${host.name}`);
      const id = node('account', `${name}@${host.name}`, `${name}@${host.name}`);
      if (!known) edges.push({ from: id, to: on, kind: 'on' });
      return id;
    };
    const place = (file: string, line?: number) => `${host.name}:${file}${line === undefined ? '' : `:${line}`}`;
    for (const grant of host.grants) {
      const kind = grant.authority ? 'authority' : 'key';
      const last = grant.lastLogin?.at;
      edges.push({
        from: node(kind, grant.fingerprint, grant.comment || grant.fingerprint),
        to: account(grant.account),
        kind: grant.authority ? 'certifies' : 'opens',
        standing: grant.standing,
        options: optionText(grant),
        where: place(grant.file, grant.line),
        ...(last === undefined ? {} : { lastLogin: last }),
      });
    }
    for (const one of host.authorities.filter(({ kind }) => kind === 'users'))
      edges.push({
        from: node('authority', one.fingerprint, one.comment || one.fingerprint),
        to: on,
        kind: 'certifies',
        where: place(one.file, one.line),
      });
    for (const one of host.holders)
      edges.push({
        from: account(one.account),
        to: node('key', one.fingerprint, one.comment || one.fingerprint),
        kind: 'holds',
        where: place(one.file),
      });
  }
  return {
    schema: 1,
    tool: { name: 'sshwhy', version: VERSION },
    takenAt: all.takenAt,
    nodes: [...nodes.values()],
    edges,
  };
}
