import { readOwnKeys } from '../collect/client/own-keys.ts';
import { hostKeyring } from '../facts/keyring/index.ts';
import type { Bundle } from '../model/bundle.ts';
import { LookError } from '../model/errors.ts';
import type { HostKeyring, Keyring } from '../model/keys.ts';
import { VERSION } from '../model/version.ts';
import type { Transport } from '../transport/transport.ts';
import { collectServer } from './server.ts';

/** Somewhere that keys are looked for: a door, or a Bundle that is there already. */
export type KeyPlace = { readonly door: Transport } | { readonly name: string; readonly read: () => Promise<Bundle> };

export interface KeyQuestion {
  /** One account; absent: all. */
  readonly user?: string;
  /** Also the keys of who asks. */
  readonly own?: boolean;
}

/** Hosts that are looked at side by side. */
const AT_ONCE = 6;
/** The collector reads logs for twenty seconds at most, and files of all accounts beside. */
const KEYS_TIMEOUT_MS = 90_000;

/** Looks at every place; one that cannot be looked at is told and holds nobody up. */
export async function lookAtKeys(
  places: readonly KeyPlace[],
  { user, own }: KeyQuestion,
  o: { readonly signal?: AbortSignal; readonly step?: (text: string) => void },
): Promise<Keyring> {
  const hosts: (HostKeyring | undefined)[] = places.map(() => undefined);
  const failed: { door: string; error: string }[] = [];
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < places.length; at = next++) {
      const place = places[at];
      if (!place) return;
      const name = 'door' in place ? place.door.name : place.name;
      o.step?.(`${done} of ${places.length} looked at; ${name}`);
      try {
        const question = { scope: 'keys' as const, ...(user === undefined ? {} : { user }) };
        const bundle =
          'door' in place
            ? await collectServer(place.door, question, {
                timeoutMs: KEYS_TIMEOUT_MS,
                ...(o.signal && { signal: o.signal }),
              })
            : await place.read();
        const made = hostKeyring(bundle, name);
        if ('missing' in made) failed.push({ door: name, error: `${made.missing.what}: ${made.missing.why}` });
        else hosts[at] = user === undefined ? made : ofOne(made, user);
      } catch (error) {
        if (!(error instanceof LookError)) throw error;
        failed.push({ door: name, error: error.message });
      }
      done++;
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, places.length) }, worker));
  return {
    schema: 1,
    tool: { name: 'sshwhy', version: VERSION },
    takenAt: new Date().toISOString(),
    hosts: hosts.filter((host) => host !== undefined),
    failed,
    ...(own ? { own: await readOwnKeys(o.signal) } : {}),
  };
}

/** Only what concerns one account. */
function ofOne(host: HostKeyring, user: string): HostKeyring {
  const mine = ({ account }: { readonly account?: string | undefined }) => account === user;
  return {
    ...host,
    grants: host.grants.filter(mine),
    holders: host.holders.filter(mine),
    strays: host.strays.filter(mine),
    skipped: host.skipped.filter(mine),
    certificates: host.certificates.filter(mine),
  };
}
