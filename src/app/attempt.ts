import { asked as told } from '../facts/client/asked.ts';
import { attemptLog } from '../facts/client/attempt.ts';
import { route } from '../facts/client/route.ts';
import { sshConfig } from '../facts/client/ssh-config.ts';
import { tcp } from '../facts/client/tcp.ts';
import { meta } from '../facts/meta.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';

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
  const keys = log.known ? log.value.offered.flatMap((key) => key.fingerprint ?? []) : [];
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
    keys: keys.length === 0 ? undefined : keys,
  };
  const given = Object.entries(known).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), at: bundle.takenAt };
}
