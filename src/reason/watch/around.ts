import type { EventQuestion, Incident, WatchEvent } from '../../model/watch.ts';

const MINUTE = 60_000;
/** What was changed so long before may be why. */
const CHANGED = 60 * MINUTE;
const BEFORE = 15 * MINUTE;
const AFTER = 15 * MINUTE;

/** Why an event is shown beside an incident: a detector named it, or it has this in common with it. */
export type Why = 'evidence' | 'address' | 'user' | 'ban' | 'service';

export interface Surrounding {
  readonly event: WatchEvent;
  readonly why: Why;
}

/** What to ask the store about the time of an incident: what its addresses and user did, who was banned, what the service said. */
export function around(
  { about, opened, updated, signals }: Incident,
  mostAddresses: number,
): readonly (Omit<EventQuestion, 'limit'> & { readonly why: Why })[] {
  const evidence = signals.flatMap((signal) => signal.evidence);
  const since = Math.min(opened, ...evidence.map(({ at }) => at));
  const range = { since: since - BEFORE, until: updated + AFTER };
  const addresses = new Set([about.from, ...evidence.map(({ from }) => from)].filter((one) => one !== undefined));
  const users = new Set([about.user].filter((one) => one !== undefined));
  const hosts = new Set([about.host, ...evidence.map(({ host }) => host)].filter((one) => one !== undefined));
  return [
    ...[...hosts].slice(0, mostAddresses).map((host) => ({
      why: 'service' as const,
      ...range,
      since: since - CHANGED,
      host,
      outcomes: ['daemon', 'fault'],
    })),
    ...[...addresses].slice(0, mostAddresses).flatMap((from) => [
      { why: 'ban' as const, ...range, from, outcomes: ['ban', 'unban', 'drop'] },
      { why: 'address' as const, ...range, from },
    ]),
    ...[...users].map((user) => ({ why: 'user' as const, ...range, user })),
  ];
}
