import type { FleetDiffering, FleetDrift, FleetHost } from '../../model/fleet.ts';
import { differing, type Held } from './differing.ts';

export interface DriftBounds {
  /** Groups and tags of hosts that should be alike; when none is named, every group of the inventory, or all hosts where it has none. */
  readonly alike?: readonly string[];
}

const SETS_MAX = 200;
const VALUES_MAX = 300;
const HOLDERS_MAX = 100;
const ABOUT_MAX = 400;
const VALUE_MAX = 8000;
/** Groups that Ansible makes by itself. */
const EVERYBODY: ReadonlySet<string> = new Set(['all', 'ungrouped']);

interface Told {
  readonly values: Map<string, Held>;
  told: number;
}

interface Alike {
  readonly alike: FleetDrift['alike'];
  readonly facts: Map<string, Told>;
  hosts: number;
  blind: number;
}

/**
 * What differs between hosts that should be alike, added up as they come: their facts, and the causes (or failing controls) that
 * they have. Hosts that could not be looked at are counted, and not held against the others.
 */
export function driftTally({ alike = [] }: DriftBounds = {}): { see(host: FleetHost): void; end(): FleetDrift[] } {
  const sets = new Map<string, Alike>();
  const set = (by: FleetDrift['alike']['by'], name: string): Alike | undefined => {
    const key = `${by}\0${name}`;
    const known = sets.get(key);
    if (known !== undefined || sets.size >= SETS_MAX) return known;
    const made = { alike: { by, name }, facts: new Map(), hosts: 0, blind: 0 };
    sets.set(key, made);
    return made;
  };
  const everyone = alike.length === 0 ? set('all', 'all hosts') : undefined;
  return {
    see(host) {
      const facts = factsOf(host);
      const wanted = (name: string): boolean => (alike.length === 0 ? !EVERYBODY.has(name) : alike.includes(name));
      const mine = [
        ...new Set(host.groups.filter(wanted).map((name) => set('group', name))),
        ...new Set(alike.length === 0 ? [] : host.tags.filter(wanted).map((name) => set('tag', name))),
        everyone,
      ];
      for (const one of mine) if (one !== undefined) add(one, host, facts);
    },
    end() {
      const named = [...sets.values()].filter((one) => one !== everyone);
      return (everyone !== undefined && named.length === 0 ? [everyone] : named)
        .filter(({ hosts }) => hosts > 0)
        .map(concluded)
        .sort((a, b) => b.differs.length - a.differs.length || (a.alike.name < b.alike.name ? -1 : 1));
    },
  };
}

/** The same of hosts that are all there. */
export function driftOf(hosts: Iterable<FleetHost>, bounds: DriftBounds = {}): FleetDrift[] {
  const tally = driftTally(bounds);
  for (const host of hosts) tally.see(host);
  return tally.end();
}

const FOUND: Readonly<Record<FleetHost['asked'], string>> = {
  check: 'causes',
  server: 'causes',
  harden: 'failing controls',
  keys: 'findings about keys',
};

/** What is compared; undefined: nothing was seen of this host. */
function factsOf(host: FleetHost): readonly (readonly [string, string, string | undefined])[] | undefined {
  if (host.outcome === 'not-asked' || host.outcome === 'unknown') return undefined;
  const causes = host.found.map(({ id }) => id).toSorted();
  return [
    [FOUND[host.asked], [...new Set(causes)].join(', ') || 'none', undefined],
    ...Object.entries(host.facts ?? {}).map(([about, { is, at }]) => [about, own(is, host), at] as const),
  ];
}

/** With the host's own address and name taken out, which have to differ. */
function own(value: string, { address, name }: FleetHost): string {
  return without(without(value.slice(0, VALUE_MAX), address, '{address}'), name, '{name}');
}

/** `192.0.2.1` is no part of `192.0.2.11`, and `web1` none of `web10`. */
function without(text: string, word: string, as: string): string {
  if (word.length < 3 || !text.includes(word)) return text;
  return text.split(word).reduce((made, rest) => {
    const inside = /[\w-]$|\d\.$/.test(made.slice(-2)) || /^(?:[\w-]|\.\d)/.test(rest);
    return `${made}${inside ? word : as}${rest}`;
  });
}

function add(one: Alike, { name, port }: FleetHost, facts: ReturnType<typeof factsOf>): void {
  one.hosts++;
  if (facts === undefined) {
    one.blind++;
    return;
  }
  for (const [about, value, at] of facts) {
    let known = one.facts.get(about);
    if (known === undefined) {
      // A file of a run is anybody's: it may call its facts what it likes.
      if (one.facts.size >= ABOUT_MAX) continue;
      known = { values: new Map(), told: 0 };
      one.facts.set(about, known);
    }
    known.told++;
    let held = known.values.get(value);
    if (held === undefined) {
      if (known.values.size >= VALUES_MAX) continue;
      held = { value, count: 0, hosts: [] };
      known.values.set(value, held);
    }
    held.count++;
    if (held.hosts.length < HOLDERS_MAX) held.hosts.push({ name, port, ...(at === undefined ? {} : { at }) });
  }
}

const CLEAREST: readonly FleetDiffering['kind'][] = ['minority', 'split', 'tie', 'own'];

function concluded({ alike, hosts, blind, facts }: Alike): FleetDrift {
  const all = [...facts].filter(([, { told }]) => told > 1);
  const differs = all
    .filter(([, { values }]) => values.size > 1)
    .map(([about, { told, values }]) => differing(about, told, hosts - blind, [...values.values()]))
    .sort(
      (a, b) =>
        CLEAREST.indexOf(a.kind) - CLEAREST.indexOf(b.kind) ||
        (b.values[0]?.count ?? 0) / b.told - (a.values[0]?.count ?? 0) / a.told ||
        (a.about < b.about ? -1 : 1),
    );
  const same = all.length - differs.length;
  return { kind: 'drift', alike, hosts, blind, same, differs, says: sentence(hosts, blind, same, differs) };
}

function sentence(hosts: number, blind: number, same: number, differs: readonly FleetDiffering[]): string {
  const seen = hosts - blind;
  const n = (count: number): string => count.toLocaleString('en');
  const unseen = blind === 0 ? '' : ` ${n(blind)} of ${n(hosts)} could not be looked at.`;
  if (seen < 2)
    return `${seen === 0 ? 'No host was' : 'Only one host was'} looked at: there is nothing to compare.${unseen}`;
  const told = differs.filter(({ kind }) => kind !== 'own').length;
  const small = seen < 4 && told > 0 ? ` With ${seen} hosts a majority says little.` : '';
  return `${n(seen)} hosts: ${n(same)} thing${same === 1 ? '' : 's'} the same, ${told} differ${told === 1 ? 's' : ''}.${small}${unseen}`;
}
