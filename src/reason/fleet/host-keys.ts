import { cut } from '../../model/cut.ts';
import type { FleetHost } from '../../model/fleet.ts';
import type { FleetHostKeys, FleetWay } from '../../model/fleet-keys.ts';
import type { HostKeyring } from '../../model/keys.ts';

const WAYS_MAX = 1000;
const AUTHORITIES_MAX = 50;
const PRINCIPALS_MAX = 20;
const HOLDERS_MAX = 200;
const HOST_KEYS_MAX = 20;
const UNSEEN_MAX = 20;
const OPTIONS_MAX = 20;
const TEXT_MAX = 300;

const short = (text: string): string => cut(text, TEXT_MAX);

/** A line of a run has room for so much of a host's keys. */
export function hostKeysOf(ring: HostKeyring): FleetHostKeys {
  const { grants, authorities, holders, hostKeys, log, blind } = ring;
  const further = Math.max(0, grants.length - WAYS_MAX);
  const trimmed = further > 0 || authorities.length > AUTHORITIES_MAX || holders.length > HOLDERS_MAX;
  return {
    hostname: short(ring.name),
    ways: grants.slice(0, WAYS_MAX).map(wayOf),
    further,
    authorities: authorities.slice(0, AUTHORITIES_MAX).map((one) => ({
      ...one,
      comment: short(one.comment),
      principals: one.principals.slice(0, PRINCIPALS_MAX).map(({ account, names, file }) => ({
        account: short(account),
        names: names.slice(0, PRINCIPALS_MAX).map(short),
        file: short(file),
      })),
    })),
    holders: holders.slice(0, HOLDERS_MAX).map((one) => ({ ...one, comment: short(one.comment) })),
    hostKeys: hostKeys.slice(0, HOST_KEYS_MAX),
    log: { ...log, sources: log.sources.slice(0, 10) },
    whole: !trimmed && !blind.some(({ ways }) => ways),
    unseen: [
      // What hides ways in stands first.
      ...(trimmed ? [{ what: 'what of its keys has no room here', why: 'there are too many' }] : []),
      ...blind.toSorted((a, b) => Number(b.ways ?? false) - Number(a.ways ?? false)),
    ]
      .slice(0, UNSEEN_MAX)
      .map(({ what, why }) => ({ what: short(what), why: short(why) })),
  };
}

function wayOf({ lastLogin, ...grant }: HostKeyring['grants'][number]): FleetWay {
  const { at, from = '', times = 1 } = lastLogin ?? {};
  return {
    ...grant,
    comment: short(grant.comment),
    options: grant.options.slice(0, OPTIONS_MAX).map(({ name, value }) => ({ name, value: short(value) })),
    why: grant.why.slice(0, 5).map(short),
    ...(lastLogin === undefined
      ? {}
      : { lastLogin: { ...(at === undefined ? {} : { at }), from: short(from), times } }),
  };
}

/** Room for fewer ways, for whoever has less of it; undefined: it has none left to give up. */
export function fewerWays(keys: FleetHostKeys): FleetHostKeys | undefined {
  const { ways, holders, authorities } = keys;
  if (ways.length + holders.length + authorities.length === 0) return undefined;
  const half = <T>(all: readonly T[]): T[] => all.slice(0, Math.floor(all.length / 2));
  const kept = half(ways);
  return {
    ...keys,
    ways: kept,
    further: keys.further + ways.length - kept.length,
    holders: half(holders),
    authorities: half(authorities),
    whole: false,
    unseen: [
      { what: 'what of its keys has no room here', why: 'there are too many' },
      ...keys.unseen.filter(({ why }) => why !== 'there are too many'),
    ].slice(0, UNSEEN_MAX),
  };
}

/** A host of a run as a look at its keys alone gives it; it is called as the inventory calls it. Undefined: its keys were not seen. */
export function keyringOfHost(host: Pick<FleetHost, 'name' | 'port' | 'at' | 'keys'>): HostKeyring | undefined {
  const { name, port, at, keys } = host;
  if (keys === undefined) return undefined;
  const called = endpointName({ name, port });
  return {
    name: called,
    door: called,
    takenAt: at,
    log: keys.log,
    settings: { userEnvironment: false, touch: false, verify: false },
    grants: keys.ways.map(({ lastLogin, ...way }) => ({
      ...way,
      ...(lastLogin === undefined ? {} : { lastLogin: { ...lastLogin, text: '' } }),
    })),
    authorities: keys.authorities,
    certificates: [],
    hostKeys: keys.hostKeys,
    holders: keys.holders,
    strays: [],
    skipped: [],
    blind: keys.unseen,
  };
}

/** `web1`, or `db1:2222`; who was named with a port is called so already. */
export const endpointName = ({ name, port }: { readonly name: string; readonly port: number }): string =>
  port === 22 || name.endsWith(`:${port}`) ? name : `${name}:${port}`;
