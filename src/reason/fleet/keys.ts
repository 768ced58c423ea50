import type { FleetHost } from '../../model/fleet.ts';
import type { FleetKey, FleetKeySums } from '../../model/fleet-keys.ts';
import { keyName } from '../keyring/rule.ts';
import { endpointName, keyringOfHost } from './host-keys.ts';
import { acrossHosts } from './keys-across.ts';
import { type AskedKey, type KeyHost, type KnownKey, NAMES_MAX, namesOf, reach, type SeenKeys } from './keys-seen.ts';
import { whereItGetsIn } from './keys-where.ts';

export interface FleetKeysAsked {
  /** Keys of which it is asked where they get in. */
  readonly keys?: readonly AskedKey[];
  /** Whose keys are known, by fingerprint; with it, a key of nobody is a finding. */
  readonly people?: ReadonlyMap<string, string>;
}

const WAYS_MAX = 2_000_000;
const WIDEST_MAX = 50;
const ON_MAX = 20;
const BLIND_MAX = 20;

/** Adds up keys as their hosts come; undefined at the end when nobody was asked about keys. */
export function keysTally({ keys: wanted = [], people }: FleetKeysAsked = {}): {
  see(host: FleetHost): void;
  end(): { readonly sums?: FleetKeySums; readonly keys: readonly FleetKey[] };
} {
  const keys = new Map<string, KnownKey>();
  const hosts: KeyHost[] = [];
  const unseen: { host: string; port: number; why: string }[] = [];
  const said = new Set<string>();
  let [asked, ways, whole, partly, cut] = [0, 0, 0, 0, false];
  return {
    see(host) {
      if (host.asked !== 'keys') return;
      asked++;
      const ring = keyringOfHost(host);
      const { name, port, keys: own } = host;
      if (ring === undefined || own === undefined) {
        unseen.push({ host: name, port, why: host.says });
        return;
      }
      if (own.whole) whole++;
      else {
        partly++;
        const [first] = own.unseen;
        unseen.push({ host: name, port, why: first === undefined ? host.says : `${first.what}: ${first.why}` });
      }
      const known: KeyHost = { name, port, ring: { ...ring, grants: [] } };
      hosts.push(known);
      for (const { id, subject = '', says } of host.found)
        said.add(`${id} ${endpointName(host)} ${subject}`).add(`${id} ${says}`);
      for (const way of own.ways) {
        if (ways >= WAYS_MAX) {
          cut = true;
          break;
        }
        ways++;
        let key = keys.get(way.fingerprint);
        if (key === undefined) {
          key = { type: way.type, size: way.size, names: new Set(), ways: [] };
          keys.set(way.fingerprint, key);
        }
        if (way.comment !== '' && key.names.size < NAMES_MAX) key.names.add(way.comment);
        key.ways.push({ host: known, way });
      }
    },
    end() {
      if (asked === 0) return { keys: [] };
      unseen.sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : a.port - b.port));
      const seen: SeenKeys = { keys, hosts, unseen, said };
      const open = [...keys].map(([fingerprint, key]) => spreadOf(fingerprint, key, people?.get(fingerprint)));
      const { findings, further, worst } = acrossHosts(seen, people);
      return {
        sums: {
          keys: open.filter(({ hosts: count }) => count > 0).length,
          ways: open.reduce((sum, { accounts }) => sum + accounts, 0),
          seen: whole,
          partly,
          unseen: asked - whole - partly,
          blind: unseen.slice(0, BLIND_MAX),
          widest: open
            .filter(({ hosts: count }) => count > 0)
            .sort((a, b) => b.hosts - a.hosts || b.root - a.root || b.accounts - a.accounts)
            .slice(0, WIDEST_MAX),
          findings,
          further,
          ...(worst === undefined ? {} : { worst }),
          cut,
        },
        keys: wanted.map((one) => whereItGetsIn(seen, one)),
      };
    },
  };
}

function spreadOf(fingerprint: string, key: KnownKey, owner: string | undefined): FleetKeySums['widest'][number] {
  const open = key.ways.filter(({ way }) => way.standing !== 'closed');
  const hosts = new Set(open.map(({ host }) => host));
  const root = new Set(open.filter(({ way }) => way.uid === 0).map(({ host }) => host)).size;
  const accounts = new Set(open.map(({ host, way }) => `${way.account}@${host.ring.door}`)).size;
  const authority = open.length > 0 && open.every(({ way }) => way.authority);
  const names = namesOf(key.names, owner);
  return {
    fingerprint,
    type: key.type,
    size: key.size,
    names,
    authority,
    hosts: hosts.size,
    root,
    accounts,
    on: [...hosts].map(endpointName).sort().slice(0, ON_MAX),
    says: `${keyName({ type: key.type, fingerprint, comment: names[0] ?? '' })} ${authority ? 'certifies for' : 'opens'} ${reach({ hosts: hosts.size, root, accounts })}.`,
  };
}
