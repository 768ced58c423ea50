import type { Release } from './sshd-keywords.ts';
import captured from './sshd-releases.json' with { type: 'json' };

/** Names that a release knows, in its own order, joined by commas. */
export interface Algorithms {
  readonly ciphers: string;
  readonly macs: string;
  readonly kex: string;
  /** Types of keys and certificates with their signatures. */
  readonly keys: string;
  /** Signatures alone. */
  readonly signatures: string;
}

const RELEASES = captured.releases.map(({ release, defaults, algorithms }) => ({
  release: release as unknown as Release,
  defaults: defaults as Readonly<Record<string, readonly string[] | undefined>>,
  algorithms: algorithms as Algorithms,
}));

/** The newest captured release that is not newer than the one asked about; the newest of all when it is not known. */
function nearest(release: Release | undefined): (typeof RELEASES)[number] {
  const known = RELEASES.filter(
    ({ release: [major, minor] }) => !release || major < release[0] || (major === release[0] && minor <= release[1]),
  );
  const found = known.at(-1) ?? RELEASES[0];
  if (!found) throw new Error('no release was captured');
  return found;
}

/** Values without a configuration, as `sshd -T` of Debian's packages prints them; one element a line. */
export function defaultsOf(release?: Release): Readonly<Record<string, readonly string[] | undefined>> {
  return nearest(release).defaults;
}

export function algorithmsOf(release?: Release): Algorithms {
  return nearest(release).algorithms;
}
