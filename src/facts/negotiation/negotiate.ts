import { isAead, isMarker, isWeak, type Kind, NEGOTIABLE, rankOf } from '../../knowledge/negotiable.ts';
import type { Algorithms } from '../client/kexinit.ts';

/** What one side says that it can do, and what its build could do if it were told to. */
export interface Offer {
  readonly algorithms: Partial<Algorithms>;
  /** Whether its build has an algorithm of that name; undefined where that is not known. */
  has(kind: Kind, name: string): boolean | undefined;
}

/** What would let the two agree, at one of the sides. */
export interface Change {
  readonly side: 'client' | 'server';
  readonly algorithm: string;
  /** It is switched off by default for a reason. */
  readonly weakens: boolean;
  /** An option of ssh, or a line of sshd_config. */
  readonly setting: string;
}

export interface Row {
  readonly list: keyof Algorithms;
  readonly client: readonly string[];
  readonly server: readonly string[];
  /** `not-needed`: the cipher of that direction guards integrity itself. */
  readonly outcome: 'agreed' | 'none' | 'not-needed';
  readonly chosen?: string;
  /** Safer first; empty unless the outcome is `none`. */
  readonly changes: readonly Change[];
}

export interface Negotiation {
  readonly rows: readonly Row[];
  /** Both sides number their packets strictly (PROTOCOL, 1.10), against prefix truncation ("Terrapin"). */
  readonly strict: boolean;
  /** The client can be told which signatures the server takes (RFC 8308). */
  readonly extInfo: boolean;
}

/** A name as RFC 4251, 6 has it; the server may say anything, and it is to be written to a file. */
export const NAME = /^[\w@.+-]{1,64}$/;

const KINDS: Readonly<Record<keyof Algorithms, Kind | undefined>> = {
  kex: 'kex',
  hostKey: 'host-key',
  ciphersC2S: 'cipher',
  ciphersS2C: 'cipher',
  macsC2S: 'mac',
  macsS2C: 'mac',
  compressionC2S: undefined,
  compressionS2C: undefined,
};
const LISTS = Object.keys(KINDS) as (keyof Algorithms)[];

/** The first of the client's list that the server has too: match_list() of match.c, for every list of a KEXINIT. */
export function agreed(client: readonly string[], server: readonly string[]): string | undefined {
  return client.find((name) => !isMarker(name) && server.includes(name));
}

/** What comes of two offers, list by list, as kex_choose_conf() of kex.c has it. Lists that a side did not tell are left out. */
export function negotiate(client: Offer, server: Offer): Negotiation {
  const rows: Row[] = [];
  for (const list of LISTS) {
    const [ours, theirs] = [client.algorithms[list], server.algorithms[list]];
    if (!ours || !theirs) continue;
    const both = { list, client: ours.filter((one) => !isMarker(one)), server: theirs.filter((one) => !isMarker(one)) };
    const cipher = rows.find((row) => row.list === (list === 'macsC2S' ? 'ciphersC2S' : 'ciphersS2C'))?.chosen;
    const chosen = agreed(ours, theirs);
    const kind = KINDS[list];
    if (kind === 'mac' && cipher !== undefined && isAead(cipher))
      rows.push({ ...both, outcome: 'not-needed', changes: [] });
    else if (chosen !== undefined) rows.push({ ...both, outcome: 'agreed', chosen, changes: [] });
    else rows.push({ ...both, outcome: 'none', changes: kind ? changesFor(kind, both, client, server) : [] });
  }
  const says = (side: Offer, name: string): boolean => side.algorithms.kex?.includes(name) === true;
  return {
    rows,
    strict: says(client, 'kex-strict-c-v00@openssh.com') && says(server, 'kex-strict-s-v00@openssh.com'),
    extInfo: says(client, 'ext-info-c'),
  };
}

/** Whether the packet that a side sent along with its KEXINIT is of the exchange that is agreed on (RFC 4253, 7). */
export function guessedRight(client: Partial<Algorithms>, server: Partial<Algorithms>): boolean {
  const first = (list: readonly string[] | undefined) => list?.find((name) => !isMarker(name));
  return first(client.kex) === first(server.kex) && first(client.hostKey) === first(server.hostKey);
}

function changesFor(kind: Kind, lists: Pick<Row, 'client' | 'server'>, client: Offer, server: Offer): Change[] {
  const { keyword } = NEGOTIABLE[kind];
  const changes: Change[] = [];
  const fromServer = strongest(kind, lists.server, client);
  if (fromServer !== undefined)
    changes.push({
      side: 'client',
      algorithm: fromServer,
      weakens: isWeak(kind, fromServer),
      setting: `-o ${keyword}=+${fromServer}`,
    });
  const fromClient = strongest(kind, lists.client, server);
  if (fromClient !== undefined)
    changes.push({
      side: 'server',
      algorithm: fromClient,
      weakens: isWeak(kind, fromClient),
      setting: `${keyword} ${[...lists.server.filter((name) => NAME.test(name)), fromClient].join(',')}`,
    });
  const sound = (names: readonly string[]) => names.filter((name) => NEGOTIABLE[kind].sound.includes(name)).length;
  const narrow = sound(lists.server) < sound(lists.client) ? 'server' : 'client';
  // Where nothing weak is needed the side with the shorter list is the one that was cut down.
  const cost = ({ weakens, side }: Change) => (weakens ? 2 : 0) + (side === narrow ? 0 : 1);
  return changes.sort((a, b) => cost(a) - cost(b));
}

/** The strongest name of one side's list that the other side could be told to take. */
function strongest(kind: Kind, names: readonly string[], other: Offer): string | undefined {
  return names
    .filter((name) => rankOf(kind, name) !== undefined && other.has(kind, name) === true)
    .sort((a, b) => (rankOf(kind, a) ?? 0) - (rankOf(kind, b) ?? 0))[0];
}
