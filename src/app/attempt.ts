import { attemptLog } from '../facts/client/attempt.ts';
import { identities } from '../facts/client/identities.ts';
import { route } from '../facts/client/route.ts';
import { sshConfig } from '../facts/client/ssh-config.ts';
import { tcp } from '../facts/client/tcp.ts';
import { meta } from '../facts/meta.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';

const isCertificate = (type: string | undefined): boolean => type?.endsWith('-CERT') === true;

/**
 * The login that a Bundle was taken about: what the user's own ssh configuration and the client's sockets say,
 * else what the collector was asked.
 */
export function attemptOf(bundle: Bundle): Attempt {
  const config = sshConfig.read(bundle);
  const probes = tcp.read(bundle);
  const log = attemptLog.read(bundle);
  const asked = meta.read(bundle);
  const routes = route.read(bundle);
  const { user, from, port } = asked.known ? asked.value : {};
  const local = probes.known ? probes.value.probes.find((probe) => probe.local !== undefined)?.local : undefined;
  const own = identities.read(bundle);
  const offered = log.known
    ? log.value.offered.flatMap(({ fingerprint, type }) => (fingerprint ? [{ fingerprint, type }] : []))
    : [];
  const keys = offered.filter(({ type }) => !isCertificate(type)).map(({ fingerprint }) => fingerprint);
  // ssh names a certificate by its key.
  const certified = new Set(offered.filter(({ type }) => isCertificate(type)).map(({ fingerprint }) => fingerprint));
  const certificates = [...certified].flatMap((fingerprint) => {
    const seen = own.known ? own.value.certificates.filter((one) => one.fingerprint === fingerprint) : [];
    return seen.length === 0 ? [{ fingerprint }] : seen.map(({ blob }) => ({ fingerprint, blob }));
  });
  const known = {
    user: config.known ? config.value.user : user,
    host: config.known ? config.value.hostname : undefined,
    port: config.known ? config.value.port : port,
    // Where no connection stood, the kernel's route says which address would have been ours.
    from: local ?? from ?? (routes.known ? routes.value.find(({ source }) => source !== undefined)?.source : undefined),
    keys: offered.length === 0 ? undefined : keys,
    certificates: certificates.length === 0 ? undefined : certificates,
  };
  const said = Object.entries(known).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(said), at: bundle.takenAt };
}
