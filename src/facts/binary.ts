import { keyValues } from './key-value.ts';
import { section } from './source.ts';

export interface SshdBinary {
  readonly path: string;
  /** As sshd says it, e.g. `OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL 3.0.17 …`. */
  readonly version: string;
  readonly release?: { readonly major: number; readonly minor: number };
  /** Version of the distribution's package. */
  readonly package?: string;
  /** File names of shared objects of sshd and, since 9.8, of sshd-session, e.g. `libwrap.so.0`. */
  readonly linked: readonly string[];
  readonly missing: readonly string[];
  /** Programs that serve a connection, where there are such (since 9.8, 10.0). */
  readonly programs: { readonly session?: string; readonly auth?: string };
}

export const sshdBinary = section(
  'server',
  'sshd-binary',
  'the sshd that is installed, its version and linkage; null when there is none',
  (text): SshdBinary | null => {
    if (text === null) return null;
    const values = keyValues(text);
    const version = values.get('version')?.[0] ?? '';
    const release = /OpenSSH_(\d+)\.(\d+)/.exec(version);
    const packaged = values.get('package')?.[0];
    const [session, auth] = [values.get('session')?.[0], values.get('auth')?.[0]];
    return {
      path: values.get('path')?.[0] ?? '',
      version,
      ...(release ? { release: { major: Number(release[1]), minor: Number(release[2]) } } : {}),
      ...(packaged ? { package: packaged } : {}),
      linked: values.get('linked') ?? [],
      missing: values.get('missing') ?? [],
      programs: { ...(session && { session }), ...(auth && { auth }) },
    };
  },
);

/** Whether the binary consults hosts.allow and hosts.deny (hosts_access(5)); `undefined` when ldd told nothing. */
export function usesTcpWrappers(binary: SshdBinary): boolean | undefined {
  return binary.linked.length === 0 ? undefined : binary.linked.some((name) => name.startsWith('libwrap'));
}
