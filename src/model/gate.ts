/** The gates in the order in which a connection passes them; `host` cuts across all of them and stands last. */
export const GATES = [
  'client',
  'name',
  'network',
  'firewall',
  'daemon',
  'admission',
  'handshake',
  'auth',
  'session',
  'host',
] as const;

export type Gate = (typeof GATES)[number];

/** Path of the cause under `src/causes`, and its public name for ever. */
export type CauseId = `${Gate}/${string}`;

/** Gate that a cause belongs to. */
export function gateOf(id: CauseId): Gate {
  return id.slice(0, id.indexOf('/')) as Gate;
}
