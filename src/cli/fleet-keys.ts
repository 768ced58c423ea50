import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { parseAuthorizedKeys } from '../facts/access/authorized-keys.ts';
import { plainType } from '../facts/access/certificate.ts';
import { EXIT, UsageError } from '../model/errors.ts';
import type { FleetSummary } from '../model/fleet.ts';
import type { FleetKey } from '../model/fleet-keys.ts';
import { KEY_SEVERITIES, type KeySeverity } from '../model/key-severity.ts';
import type { FleetKeysAsked } from '../reason/fleet/keys.ts';
import type { AskedKey } from '../reason/fleet/keys-seen.ts';
import { atLeast } from '../reason/keyring/rule.ts';
import { parseDays } from './days.ts';

export interface KeysFlags {
  readonly key?: readonly AskedKey[];
  readonly people?: ReadonlyMap<string, string>;
  readonly failOn: KeySeverity;
}

const MOST_BYTES = 16 << 20;
const KEYS_MAX = 100;

/** What a run of `fleet keys` is asked of all hosts together; `fleet report` asks it of a run that was kept. */
export function withKeysFlags(command: Command): Command {
  return command
    .option(
      '--key <file|SHA256:…>',
      'where does this key get in? A public key, a file of several, or a fingerprint (repeatable); exits with 1 as long as it opens anything',
      parseKey,
    )
    .option(
      '--people <file>',
      "everybody's public keys, a line each as in .pub files; a key that is not among them is of nobody",
      parsePeople,
    )
    .addOption(
      new Option('--fail-on <level>', 'exit with 1 for a finding about keys of this level or above')
        .choices([...KEY_SEVERITIES])
        .default('medium'),
    );
}

export function withKeyPolicyFlags(command: Command): Command {
  return command
    .option(
      '--unused <days>',
      'tell keys that were not used for so long, e.g. 90d, as far as each log reaches',
      parseDays,
    )
    .option(
      '--max-age <days>',
      'tell keys that have stood for so long, e.g. 365d, by the time of their file',
      parseDays,
    );
}

export const asksOf = ({ key, people }: KeysFlags): FleetKeysAsked => ({
  ...(key === undefined ? {} : { keys: key }),
  ...(people === undefined ? {} : { people }),
});

/**
 * Of a run about keys. Keys that were asked about: 1 as long as one of them opens something. Else 1 for a finding of the level that was
 * asked for. Else 3 where a host was not seen whole: that nothing was found says nothing of it.
 */
export function keysStatus({ outcomes, keys }: FleetSummary, wanted: readonly FleetKey[], failOn: KeySeverity): number {
  const blind = (outcomes['unknown'] ?? 0) > 0 || (keys !== undefined && keys.partly + keys.unseen > 0);
  const found =
    wanted.length > 0
      ? wanted.some(({ hosts }) => hosts > 0)
      : (outcomes['degraded'] ?? 0) > 0 || (keys?.worst !== undefined && atLeast(keys.worst, failOn));
  return found ? EXIT.closed : blind ? EXIT.couldNotLook : EXIT.open;
}

/** @throws UsageError for what is neither a fingerprint nor a file with a public key. */
function parseKey(given: string, before: readonly AskedKey[] = []): readonly AskedKey[] {
  if (/^SHA256:[A-Za-z0-9+/]{43}$/.test(given)) return [...before, { fingerprint: given }];
  // Beside a private key lies its public half, and only that is read.
  const file = !given.endsWith('.pub') && existsSync(`${given}.pub`) ? `${given}.pub` : given;
  const found = keysIn(file, '--key');
  if (found.length === 0)
    throw new UsageError(`--key ${file} holds no public key (give the .pub file, or its fingerprint SHA256:…)`);
  const all = [...before, ...found];
  if (all.length > KEYS_MAX) throw new UsageError(`--key can ask about ${KEYS_MAX} keys`);
  return all;
}

/** @throws UsageError for a file without any public key: everybody would be nobody. */
function parsePeople(file: string): ReadonlyMap<string, string> {
  const found = keysIn(file, '--people');
  if (found.length === 0) throw new UsageError(`--people ${file} holds no public key`);
  return new Map(found.map(({ fingerprint, name = '' }) => [fingerprint, name]));
}

function keysIn(file: string, flag: string): AskedKey[] {
  const text = startOf(file, flag);
  const { keys } = parseAuthorizedKeys(text.split('\n'));
  return keys
    .filter(({ type }) => plainType(type) === undefined)
    .map(({ fingerprint, comment }) => ({ fingerprint, ...(comment === '' ? {} : { name: comment }) }));
}

function startOf(file: string, flag: string): string {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(MOST_BYTES + 1);
      let length = 0;
      for (let more = 1; more > 0 && length < bytes.length; length += more)
        more = readSync(descriptor, bytes, length, bytes.length - length, null);
      if (length > MOST_BYTES) throw new UsageError(`${flag} ${file} is larger than ${MOST_BYTES >> 20} MiB`);
      return bytes.toString('utf8', 0, length);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${flag} ${file}: ${(error as Error).message}`);
  }
}
