import type { FleetWay } from '../../model/fleet-keys.ts';
import type { HostKeyring } from '../../model/keys.ts';

/** A key that is asked about; `name`: whose it is, where that is known. */
export interface AskedKey {
  readonly fingerprint: string;
  readonly name?: string;
}

/** A host as the tally remembers it: without its ways, which stand with their keys. */
export interface KeyHost {
  readonly name: string;
  readonly port: number;
  readonly ring: HostKeyring;
}

export interface KnownKey {
  readonly type: string;
  readonly size: number;
  readonly names: Set<string>;
  readonly ways: { readonly host: KeyHost; readonly way: FleetWay }[];
}

/** Everything that was seen of keys in a run. */
export interface SeenKeys {
  readonly keys: ReadonlyMap<string, KnownKey>;
  readonly hosts: readonly KeyHost[];
  /** Of which it is not known, wholly or partly. */
  readonly unseen: readonly { readonly host: string; readonly port: number; readonly why: string }[];
  /** What hosts have said themselves: `${id} ${host} ${subject}`, and `${id} ${says}`. */
  readonly said: ReadonlySet<string>;
}

/** Of the comments behind one key. */
export const NAMES_MAX = 5;

const n = (count: number): string => count.toLocaleString('en');

/** `38 hosts, on each as root`; `3 accounts on 2 hosts, on 1 of them as root`. */
export function reach({
  hosts,
  root,
  accounts,
}: {
  readonly hosts: number;
  readonly root: number;
  readonly accounts: number;
}): string {
  const where = `${n(hosts)} host${hosts === 1 ? '' : 's'}`;
  const as =
    root === 0
      ? ''
      : root === hosts
        ? hosts === 1
          ? ', there as root'
          : ', on each of them as root'
        : `, on ${n(root)} of them as root`;
  return `${accounts === hosts ? where : `${n(accounts)} accounts on ${where}`}${as}`;
}

/** What a key is called: first as who knows whose it is says, then as its comments do. */
export const namesOf = (comments: ReadonlySet<string>, owner: string | undefined): string[] =>
  [...new Set([...(owner === undefined || owner === '' ? [] : [owner]), ...comments])].slice(0, NAMES_MAX);
