import { clientName } from '../facts/access/client-name.ts';
import { asked as told } from '../facts/client/asked.ts';
import { attemptLog } from '../facts/client/attempt.ts';
import type { AttemptLog } from '../facts/client/attempt-model.ts';
import { type IdentityCertificate, identities } from '../facts/client/identities.ts';
import { route } from '../facts/client/route.ts';
import { sshConfig } from '../facts/client/ssh-config.ts';
import { tcp } from '../facts/client/tcp.ts';
import { meta } from '../facts/meta.ts';
import { reverse } from '../facts/reverse.ts';
import { sshdConfig } from '../facts/sshd/index.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';

/**
 * What the attempt offered. ssh names a certificate by its key; the one of a host it passes over without a word, but that is
 * what somebody meant to come with.
 */
function offeredIn(
  { offered }: AttemptLog,
  own: readonly IdentityCertificate[],
): Pick<Attempt, 'keys' | 'certificates'> {
  const fingerprints = (certified: boolean): string[] => [
    ...new Set(
      offered
        .filter(({ type }) => (type?.endsWith('-CERT') === true) === certified)
        .flatMap(({ fingerprint }) => fingerprint ?? []),
    ),
  ];
  const keys = fingerprints(false);
  if (keys.length === 0 && fingerprints(true).length === 0) return {};
  const seen = fingerprints(true).flatMap((fingerprint) => {
    const found = own.filter((one) => one.role === 'user' && one.fingerprint === fingerprint);
    return found.length === 0 ? [{ fingerprint }] : found.map(({ blob }) => ({ fingerprint, blob }));
  });
  const ofHosts = own.filter(({ role, fingerprint }) => role === 'host' && keys.includes(fingerprint));
  const certificates = [...seen, ...ofHosts.map(({ fingerprint, blob }) => ({ fingerprint, blob }))];
  return { keys, ...(certificates.length > 0 ? { certificates } : {}) };
}

/**
 * The login that a Bundle was taken about: what the user's own ssh configuration and the client's sockets say,
 * else what the collector was asked.
 */
export function attemptOf(bundle: Bundle): Attempt {
  const config = sshConfig.read(bundle);
  const probes = tcp.read(bundle);
  const log = attemptLog.read(bundle);
  const asked = meta.read(bundle);
  const said = told.read(bundle);
  const routes = route.read(bundle);
  const { user, from, port } = asked.known ? asked.value : {};
  const local = probes.known ? probes.value.probes.find((probe) => probe.local !== undefined)?.local : undefined;
  const own = identities.read(bundle);
  const known = {
    user: config.known ? config.value.user : user,
    host: config.known ? config.value.hostname : undefined,
    port: config.known ? config.value.port : port,
    // Where no connection stood, the kernel's route says which address would have been ours.
    from:
      (said.known ? said.value.from : undefined) ??
      local ??
      from ??
      (routes.known ? routes.value.find(({ source }) => source !== undefined)?.source : undefined),
    ...(log.known ? offeredIn(log.value, own.known ? own.value.certificates : []) : {}),
  };
  const named = known.from === undefined ? undefined : nameOf(bundle, known.from);
  const given = Object.entries({ ...known, named }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), at: bundle.takenAt };
}

function nameOf(bundle: Bundle, of: string): Attempt['named'] {
  const [config, found] = [sshdConfig.read(bundle), reverse.read(bundle)];
  if (!config.known || !found.known) return undefined;
  const client = clientName(config.value, of, { reverse: found.value });
  return client && { of, name: client.name ?? of };
}
