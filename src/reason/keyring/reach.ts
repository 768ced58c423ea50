import type { HostKeyring, Keyring } from '../../model/keys.ts';
import { optionText } from './graph.ts';

export type Standing = 'open' | 'closed' | 'unknown';

/** A key, or the certificates of an authority. */
export interface Holder {
  readonly id: string;
  readonly kind: 'key' | 'authority';
  /** Its comments, which anybody may have written; empty when it has none. */
  readonly names: readonly string[];
  readonly fingerprint: string;
  readonly type: string;
}

/** One holder gets into one account. */
export interface Way {
  readonly holder: string;
  /** `account@host`; `*@host`: whatever account a certificate names. */
  readonly to: string;
  readonly account: string;
  readonly host: string;
  readonly standing: Standing;
  /** Accounts in between, in order: the private half of a key that opens the next lies in each. Empty: straight. */
  readonly via: readonly string[];
  /** Of the line that lets it in; of the last step where there are several. */
  readonly options: string;
  readonly where: string;
  readonly lastLogin?: string;
  readonly lastFrom?: string;
}

export interface Reach {
  readonly holders: readonly Holder[];
  readonly ways: readonly Way[];
  /** There were more ways than are told. */
  readonly cut: boolean;
  readonly hosts: readonly string[];
  readonly failed: Keyring['failed'];
  /** What was not seen, so that there may be ways that are not told. */
  readonly blind: readonly { readonly host: string; readonly what: string; readonly why: string }[];
}

const MOST_WAYS = 20_000;
/** Of a chain of accounts, so that a circle of them comes to an end early. */
const MOST_STEPS = 6;

/**
 * Of several looks through one door the newest. Two hosts may call themselves the same: then the door tells them apart in their
 * names too.
 */
export function newestOf(rings: readonly Keyring[]): Pick<Keyring, 'hosts' | 'failed'> {
  const looks = new Map<string, HostKeyring>();
  for (const host of rings.flatMap((ring) => ring.hosts)) {
    const known = looks.get(`${host.name}\0${host.door}`);
    if (known === undefined || Date.parse(known.takenAt) < Date.parse(host.takenAt))
      looks.set(`${host.name}\0${host.door}`, host);
  }
  const hosts = [...looks.values()];
  const times = new Map<string, number>();
  for (const { name } of hosts) times.set(name, (times.get(name) ?? 0) + 1);
  return {
    hosts: hosts.map((host) => (times.get(host.name) === 1 ? host : { ...host, name: `${host.name} (${host.door})` })),
    failed: rings.flatMap(({ failed }) => failed),
  };
}

/**
 * Who can reach which account: straight, by a line that lets a key in, and onwards, by keys whose private half lies in an account that
 * can be reached. A line that is closed leads nowhere, and one of which something was not seen makes what follows unknown. Whether a
 * private half has a passphrase is not known to a look at the other side: a way over it is never more than `unknown`.
 */
export function reachOf(rings: readonly Keyring[]): Reach {
  const { hosts, failed } = newestOf(rings);
  const holders = new Map<string, { names: Set<string>; holder: Omit<Holder, 'names'> }>();
  const straight = new Map<string, Way[]>();
  const lying = new Map<string, Set<string>>();
  const hold = (kind: Holder['kind'], key: { fingerprint: string; type: string; comment: string }): string => {
    const id = `${kind}:${key.fingerprint}`;
    const known = holders.get(id) ?? {
      names: new Set<string>(),
      holder: { id, kind, fingerprint: key.fingerprint, type: key.type },
    };
    if (key.comment !== '') known.names.add(key.comment);
    holders.set(id, known);
    return id;
  };
  const add = (way: Way): void => {
    const known = straight.get(way.holder);
    if (known === undefined) straight.set(way.holder, [way]);
    else known.push(way);
  };
  for (const host of hosts) {
    for (const grant of host.grants)
      add({
        holder: hold(grant.authority ? 'authority' : 'key', grant),
        to: `${grant.account}@${host.name}`,
        account: grant.account,
        host: host.name,
        standing: grant.standing,
        via: [],
        options: optionText(grant),
        where: `${grant.file}:${grant.line}`,
        ...(grant.lastLogin?.at === undefined ? {} : { lastLogin: grant.lastLogin.at }),
        ...(grant.lastLogin === undefined ? {} : { lastFrom: grant.lastLogin.from }),
      });
    for (const one of host.authorities.filter(({ kind }) => kind === 'users')) {
      const accounts = ['*', ...one.principals.map(({ account }) => account)];
      for (const account of accounts)
        add({
          holder: hold('authority', one),
          to: `${account}@${host.name}`,
          account,
          host: host.name,
          // Whom a certificate names is not written on the server.
          standing: 'unknown',
          via: [],
          options: '',
          where: `${one.file}:${one.line}`,
        });
    }
    for (const one of host.holders.filter(({ privateHalf }) => privateHalf)) {
      const account = `${one.account}@${host.name}`;
      const known = lying.get(account) ?? new Set<string>();
      lying.set(account, known.add(`key:${one.fingerprint}`));
    }
  }
  const ways: Way[] = [];
  let cut = false;
  for (const [holder, first] of straight) {
    ways.push(...first.slice(0, MOST_WAYS - ways.length));
    cut ||= ways.length >= MOST_WAYS;
    const seen = new Set(first.map(({ to }) => to));
    let edge = first.filter(({ standing, account }) => standing !== 'closed' && account !== '*');
    for (let step = 0; step < MOST_STEPS && edge.length > 0 && !cut; step++) {
      const next: Way[] = [];
      for (const way of edge)
        for (const key of lying.get(way.to) ?? [])
          for (const onward of key === holder ? [] : (straight.get(key) ?? [])) {
            if (onward.standing === 'closed' || seen.has(onward.to)) continue;
            seen.add(onward.to);
            next.push({ ...onward, holder, standing: 'unknown', via: [...way.via, way.to] });
          }
      ways.push(...next.slice(0, MOST_WAYS - ways.length));
      cut ||= ways.length >= MOST_WAYS;
      edge = next.filter(({ account }) => account !== '*');
    }
  }
  return {
    holders: [...holders.values()].map(({ names, holder }) => ({ ...holder, names: [...names] })),
    ways,
    cut,
    hosts: hosts.map(({ name }) => name),
    failed,
    blind: hosts.flatMap(({ name, blind }) => blind.map((one) => ({ host: name, ...one }))),
  };
}
