import type { Choice, Effect, Value } from './model.ts';
import { changed, type Place, type State } from './packet.ts';
import { gotAll, lookupIn, type SetFinder } from './test.ts';
import { parseAddress } from './value.ts';

/** What a choice may lead to; `maybe`: or to nothing. */
export function choose<T>(
  choice: Choice<T>,
  place: Place,
  state: State,
  find: SetFinder,
): { readonly chosen: readonly T[]; readonly maybe: boolean } {
  const { fields, among } = choice;
  const keys = gotAll(fields, place, state);
  if (keys.includes(null)) return { chosen: [], maybe: false };
  const map = 'map' in among ? find(among.map) : undefined;
  if ('map' in among && !map?.values) return { chosen: [], maybe: true };
  const hit = 'map' in among ? lookupIn(map, among.map, keys, place, state) : among.keys.lookup(keys);
  const values = ('map' in among ? (map?.values as readonly T[] | undefined) : among.values) ?? [];
  return { chosen: hit.at.flatMap((at) => values[at] ?? []), maybe: hit.in === undefined };
}

const isChoice = <T>(value: Value<T>): value is Choice<T> =>
  typeof value === 'object' && value !== null && 'fields' in value && 'among' in value;
const isUnknown = <T>(value: Value<T>): value is { unknown: string } =>
  typeof value === 'object' && value !== null && 'unknown' in value;

/** Every value that it may have; `undefined` among them: it cannot be told. An empty list: the rule ends here. */
function valuesOf<T>(value: Value<T>, place: Place, state: State, find: SetFinder): readonly (T | undefined)[] {
  if (isUnknown(value)) return [undefined];
  if (!isChoice(value)) return [value as T];
  const { chosen, maybe } = choose(value, place, state, find);
  return maybe ? [...chosen, undefined] : chosen;
}

/** What an effect makes of a packet. More than one state when it cannot be told; none when the rule does not apply after all. */
export function apply(place: Place, state: State, effect: Effect, find: SetFinder): readonly State[] {
  switch (effect.kind) {
    case 'untrack': {
      // Once conntrack has the packet it is too late (nft_notrack_eval()).
      if (place.tracking === 'after' || state.untracked) return [state];
      const untracked = changed(state, { untracked: true });
      return place.tracking === 'at' ? [untracked, state] : [untracked];
    }
    case 'write':
      return state.written.includes(` ${effect.set} `)
        ? [state]
        : [changed(state, { written: `${state.written} ${effect.set} ` })];
    case 'source':
      return [changed(state, { saddr: undefined })];
    case 'mark': {
      const lost = effect.target === 'ct mark' || effect.from === 'ct mark';
      // Without a connection there is nothing to mark, and nothing to take a mark from.
      if (lost && (state.untracked || place.tracking === 'before')) return [state];
      const from = (effect.from ?? effect.target) === 'mark' ? state.mark : state.ctMark;
      return valuesOf(effect.xor, place, state, find).map((xor) => {
        const known = xor !== undefined && (from !== undefined || effect.and === 0);
        const value = known ? (((from ?? 0) & effect.and) ^ xor) >>> 0 : undefined;
        return changed(state, effect.target === 'mark' ? { mark: value } : { ctMark: value });
      });
    }
    case 'translate': {
      if (effect.of !== undefined && (effect.of === 'ip6') !== place.v6) return [];
      // Where it was going already it is not translated (nf_nat_setup_info()).
      const to = (address: number | bigint | undefined, port: State['dport']): State =>
        changed(state, {
          daddr: address,
          dport: port,
          mapped: true,
          translated: address === undefined || address !== state.daddr || port !== state.dport,
        });
      if (effect.both !== undefined)
        return valuesOf(effect.both, place, state, find).map((pair) =>
          pair ? to(parseAddress(pair[0]), pair[1]) : to(undefined, undefined),
        );
      const addresses =
        effect.address === undefined
          ? [state.daddr]
          : effect.address === 'self'
            ? [ownAddress(place)]
            : valuesOf(effect.address, place, state, find).map((one) =>
                one === undefined ? undefined : parseAddress(one),
              );
      const ports = effect.port === undefined ? [state.dport] : valuesOf(effect.port, place, state, find);
      return addresses.flatMap((address) => ports.map((port) => to(address, port)));
    }
  }
}

/** `redirect` goes to the first address of the interface that the packet came in by (nf_nat_redirect.c). */
function ownAddress({ host, iif, v6 }: Place): number | bigint | undefined {
  if (!iif || !host.addresses) return undefined;
  const own = host.addresses.flatMap(({ device, address }) => {
    const value = device === iif && address.includes(':') === v6 ? parseAddress(address) : undefined;
    return value === undefined || address.startsWith('fe80:') ? [] : [value];
  });
  return v6 && own.length !== 1 ? undefined : own[0];
}
