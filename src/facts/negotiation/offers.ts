import type { Kind } from '../../knowledge/negotiable.ts';
import type { Release } from '../../knowledge/sshd-keywords.ts';
import { algorithmsOf } from '../../knowledge/sshd-releases.ts';
import type { Options } from '../../model/cause.ts';
import { sshdBinary } from '../binary.ts';
import { attemptLog } from '../client/attempt.ts';
import { type Algorithms, kexinit } from '../client/kexinit.ts';
import { sshConfig } from '../client/ssh-config.ts';
import { type HostKey, hostKeys } from '../hostkeys.ts';
import { type SshdConfig, setting, sshdConfig } from '../sshd/index.ts';
import type { Offer } from './negotiate.ts';

/** Everything that can tell what the two sides offer. */
export const offerFacts = { attemptLog, kexinit, sshConfig, sshdConfig, hostKeys, sshdBinary };
export type OfferFacts = Partial<Options<typeof offerFacts>>;

/** An offer, and where it was seen. */
export interface SeenOffer extends Offer {
  readonly from: { readonly side: 'client' | 'server'; readonly section: string; readonly line?: number };
  readonly follows?: boolean;
  /** Release of OpenSSH, where it is one. */
  readonly release?: Release;
}

/** `OpenSSH_9.2p1 …` or `SSH-2.0-OpenSSH_9.2p1 …`. */
function releaseOf(software: string | undefined): Release | undefined {
  const [, major, minor] = /^(?:SSH-[\d.]+-)?OpenSSH_(\d{1,3})\.(\d{1,3})/.exec(software ?? '') ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
}

const BUILT: Readonly<Record<Kind, 'kex' | 'keys' | 'ciphers' | 'macs'>> = {
  kex: 'kex',
  'host-key': 'keys',
  cipher: 'ciphers',
  mac: 'macs',
};

/** Of one release or, where the software is known to be another, of none. */
function builtInto(release: Release | undefined): Offer['has'] {
  if (!release) return () => undefined;
  const built = algorithmsOf(release);
  return (kind, name) => built[BUILT[kind]].split(',').includes(name);
}

/** What the user's ssh sends: as its log shows it, else as `ssh -G` lists it. */
export function clientOffer({ attemptLog: log, sshConfig: config }: OfferFacts): SeenOffer | undefined {
  const release = releaseOf(log?.clientVersion);
  const has = builtInto(release ?? [9, 2]);
  const shown = log?.proposals?.client;
  if (shown?.algorithms.hostKey) {
    const { algorithms, follows } = shown;
    return { algorithms, has, from: at('client', 'attempt', shown.line), ...optional(follows, release) };
  }
  if (!config) return undefined;
  const list = (name: string) =>
    config.options
      .get(name)?.[0]
      ?.split(',')
      .filter((one) => one !== '');
  const [ciphers, macs] = [list('ciphers'), list('macs')];
  const algorithms = known({
    kex: list('kexalgorithms'),
    hostKey: list('hostkeyalgorithms'),
    ciphersC2S: ciphers,
    ciphersS2C: ciphers,
    macsC2S: macs,
    macsS2C: macs,
  });
  return { algorithms, has, from: at('client', 'ssh-config'), ...optional(undefined, release) };
}

/** What the server sends: as ssh or the probe saw it, else as its configuration lists it. */
export function serverOffer(facts: OfferFacts): SeenOffer | undefined {
  const { attemptLog: log, kexinit: greetings, sshdConfig: config, hostKeys: keys, sshdBinary: binary } = facts;
  const probe = greetings?.probes.find(({ algorithms }) => algorithms);
  const release = releaseOf(log?.remoteSoftware?.text ?? probe?.banner) ?? (config && releaseOf(binary?.version));
  const built = builtInto(release);
  const shown = log?.proposals?.server;
  const seen: Omit<SeenOffer, 'has'> | undefined = shown?.algorithms.hostKey
    ? {
        algorithms: shown.algorithms,
        from: at('client', 'attempt', shown.line),
        ...optional(shown.follows, release),
      }
    : probe?.algorithms
      ? {
          algorithms: probe.algorithms,
          from: at('client', 'kexinit', probe.line),
          ...optional(probe.follows, release),
        }
      : config && {
          algorithms: configured(config, keys),
          from: at('server', 'file:/etc/ssh/sshd_config'),
          ...optional(undefined, release),
        };
  if (!seen) return undefined;
  const types = keyTypes(keys, seen.algorithms.hostKey ?? []);
  return {
    ...seen,
    // A key that the server does not have cannot be offered, whatever the build could do with it.
    has: (kind, name) => (kind === 'host-key' && !types.has(typeOf(name)) ? false : built(kind, name)),
  };
}

function configured(config: SshdConfig, keys: readonly HostKey[] | undefined): Partial<Algorithms> {
  const list = (keyword: string) =>
    setting(config, keyword, {})
      .values.flatMap((value) => value.split(','))
      .filter((name) => name !== '');
  const [ciphers, macs] = [list('ciphers'), list('macs')];
  const types = keyTypes(keys, []);
  return known({
    kex: list('kexalgorithms'),
    hostKey:
      types.size === 0
        ? undefined
        : list('hostkeyalgorithms').filter((name) => types.has(typeOf(name)) && !name.includes('-cert-')),
    ciphersC2S: ciphers,
    ciphersS2C: ciphers,
    macsC2S: macs,
    macsS2C: macs,
  });
}

/** Types of keys, named by the plain key that they are: the curve belongs to it, the hash of the signature does not. */
function keyTypes(keys: readonly HostKey[] | undefined, offered: readonly string[]): ReadonlySet<string> {
  const own = (keys ?? []).flatMap(({ type, bits }) => {
    if (type === undefined) return [];
    if (type === 'ECDSA') return [`ecdsa-sha2-nistp${bits ?? 256}`];
    return { RSA: 'rsa', ED25519: 'ssh-ed25519', DSA: 'ssh-dss' }[type] ?? [];
  });
  return new Set(own.length > 0 ? own : offered.map(typeOf));
}

function typeOf(algorithm: string): string {
  const plain = algorithm.replace('-cert-v01@openssh.com', '');
  return /^(?:ssh-rsa|rsa-sha2-)/.test(plain) ? 'rsa' : plain;
}

const at = (side: 'client' | 'server', section: string, line?: number) => ({
  side,
  section,
  ...(line === undefined ? {} : { line }),
});

const optional = (follows: boolean | undefined, release: Release | undefined) => ({
  ...(follows === undefined ? {} : { follows }),
  ...(release === undefined ? {} : { release }),
});

function known(lists: { readonly [K in keyof Algorithms]?: Algorithms[K] | undefined }): Partial<Algorithms> {
  return Object.fromEntries(Object.entries(lists).filter(([, names]) => names !== undefined && names.length > 0));
}
