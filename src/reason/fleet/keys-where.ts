import type { FleetKey, FleetKeyWay, FleetWay } from '../../model/fleet-keys.ts';
import { optionText } from '../keyring/graph.ts';
import { keyName } from '../keyring/rule.ts';
import { endpointName } from './host-keys.ts';
import { type AskedKey, type KeyHost, namesOf, reach, type SeenKeys } from './keys-seen.ts';

const WAYS_MAX = 5000;
const UNSEEN_MAX = 1000;
/** Of a chain of accounts, so that a circle of them comes to an end early. */
const STEPS_MAX = 6;

/**
 * Where one key gets in: by lines that let it in, and onwards by keys whose private half lies in an account that it opens. A way of
 * the second kind is never more than `unknown`: whether that private half has a passphrase was not looked at.
 */
export function whereItGetsIn({ keys, hosts, unseen }: SeenKeys, { fingerprint, name }: AskedKey): FleetKey {
  const key = keys.get(fingerprint);
  const straight = (key?.ways ?? []).map(({ host, way }) => told(host, way, []));
  const lying = new Map<string, Set<string>>();
  for (const { ring } of hosts)
    for (const { account, fingerprint: own, privateHalf } of ring.holders)
      if (privateHalf) {
        const at = `${account}@${ring.door}`;
        lying.set(at, (lying.get(at) ?? new Set()).add(own));
      }
  const ways = [...straight];
  const reached = new Set(straight.filter(({ standing }) => standing !== 'closed').map(placeOf));
  let edge = straight.filter(({ standing }) => standing !== 'closed');
  for (let step = 0; step < STEPS_MAX && edge.length > 0 && ways.length <= WAYS_MAX; step++) {
    const next: FleetKeyWay[] = [];
    for (const from of edge)
      for (const own of lying.get(placeOf(from)) ?? [])
        for (const { host, way } of own === fingerprint ? [] : (keys.get(own)?.ways ?? [])) {
          const onward = told(host, way, [...from.via, placeOf(from)]);
          if (way.standing === 'closed' || way.authority || reached.has(placeOf(onward))) continue;
          reached.add(placeOf(onward));
          next.push({
            ...onward,
            standing: 'unknown',
            why: ['whether the private half of the key in between has a passphrase', ...onward.why],
          });
        }
    ways.push(...next);
    edge = next;
  }
  const open = ways.filter(({ standing }) => standing !== 'closed');
  const opens = new Set(open.map(({ host, port }) => endpointName({ name: host, port })));
  const sums = {
    hosts: opens.size,
    root: new Set(open.filter(({ root }) => root).map(({ host, port }) => `${host} ${port}`)).size,
    accounts: new Set(open.map(placeOf)).size,
  };
  const authorities = hosts.filter(({ ring }) => ring.authorities.some(({ kind }) => kind === 'users')).length;
  const names = namesOf(key?.names ?? new Set(), name);
  return {
    kind: 'key',
    fingerprint,
    ...(key === undefined ? {} : { type: key.type, size: key.size }),
    names,
    ...sums,
    ways: ways
      .sort(
        (a, b) =>
          ORDER.indexOf(a.standing) - ORDER.indexOf(b.standing) ||
          a.via.length - b.via.length ||
          (a.host < b.host ? -1 : a.host > b.host ? 1 : 0),
      )
      .slice(0, WAYS_MAX),
    further: Math.max(0, ways.length - WAYS_MAX),
    authorities,
    unseen: unseen.slice(0, UNSEEN_MAX),
    unknown: unseen.length,
    says: sentence(
      keyName({ type: key?.type ?? 'The key', fingerprint, comment: names[0] ?? '' }),
      sums,
      {
        closed: straight.length - straight.filter(({ standing }) => standing !== 'closed').length,
        hosts: hosts.length,
      },
      { unseen: unseen.length, authorities },
    ),
  };
}

const ORDER = ['open', 'unknown', 'closed'];
const placeOf = ({ account, host, port }: FleetKeyWay): string => `${account}@${endpointName({ name: host, port })}`;

function told(host: KeyHost, way: FleetWay, via: readonly string[]): FleetKeyWay {
  return {
    host: host.name,
    port: host.port,
    account: way.account,
    root: way.uid === 0,
    authority: way.authority,
    standing: way.standing,
    why: way.why,
    via: [...via],
    options: optionText(way),
    needs: way.needs,
    where: `${way.file}:${way.line}`,
    ...(way.lastLogin?.at === undefined ? {} : { lastLogin: way.lastLogin.at }),
    ...(way.lastLogin === undefined ? {} : { lastFrom: way.lastLogin.from }),
  };
}

function sentence(
  name: string,
  sums: Pick<FleetKey, 'hosts' | 'root' | 'accounts'>,
  { closed, hosts }: { readonly closed: number; readonly hosts: number },
  { unseen, authorities }: { readonly unseen: number; readonly authorities: number },
): string {
  const n = (count: number): string => count.toLocaleString('en');
  const s = (count: number): string => (count === 1 ? '' : 's');
  const opens =
    sums.hosts > 0
      ? `${name} opens ${reach(sums)}.`
      : hosts === 0
        ? `Nothing is known of ${name.replace(/^The /, 'the ')}: no host could be looked at.`
        : `${name} opens nothing that was seen on ${n(hosts)} host${s(hosts)}${closed > 0 ? `; ${n(closed)} line${s(closed)} with it let nobody in` : ''}.`;
  const blind =
    unseen === 0 || hosts === 0 ? '' : ` Of ${n(unseen)} host${s(unseen)} it is not known, wholly or partly.`;
  const signed =
    authorities === 0
      ? ''
      : ` ${n(authorities)} host${s(authorities)} trust${authorities === 1 ? 's' : ''} a CA: certificates that it signed are written on no server.`;
  return `${opens}${blind}${signed}`;
}
