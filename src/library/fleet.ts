import { checkFleet } from '../app/fleet/check.ts';
import { ofSshConfig } from '../collect/fleet/inventory.ts';
import { endpointOf } from '../facts/inventory/endpoint.ts';
import { UsageError } from '../model/errors.ts';
import type { InventoryHost } from '../model/inventory.ts';
import { asJson, bounded, unlessAborted } from './asked.ts';
import type { FleetOptions } from './options.ts';
import { argumentsOf } from './ssh.ts';
import type { FleetHost, FleetSummary } from './types.gen.ts';

/**
 * Can ssh be spoken with each of these hosts from here? What `sshwhy fleet check` does: one connection each, no login.
 * `onHost` gets each as it comes, and is waited for.
 * @throws UsageError when a host is not `[user@]host[:port]`.
 */
export function fleetCheck(
  hosts: readonly string[],
  onHost: (host: FleetHost) => void | Promise<void>,
  o: FleetOptions = {},
): Promise<FleetSummary> {
  return unlessAborted(o.signal, () => check(hosts, onHost, o));
}

async function check(
  hosts: readonly string[],
  onHost: (host: FleetHost) => void | Promise<void>,
  o: FleetOptions,
): Promise<FleetSummary> {
  const width = o.width ?? 256;
  if (!(Number.isInteger(width) && width >= 1 && width <= 20_000))
    throw new UsageError(`width ${width}: use a number from 1 to 20000`);
  const ms = bounded(o.timeoutMs ?? 5000);
  const { port = 22, login: _, ...ssh } = o.ssh ?? {};
  const summary = await checkFleet(hosts.map(hostOf), {
    width,
    bounds: {
      connectMs: ms,
      greetingMs: ms,
      ...(ssh.family === undefined ? {} : { family: ssh.family }),
      allowed: () => true,
    },
    argv: argumentsOf(ssh),
    configured: ofSshConfig(ssh.configFile),
    port,
    signal: o.signal ?? new AbortController().signal,
    onHost: (host) => onHost(asJson(host)),
  });
  return asJson(summary);
}

function hostOf(word: string): InventoryHost {
  const endpoint = endpointOf(word);
  if (endpoint === undefined) throw new UsageError(`"${word}" is no [user@]host[:port]`);
  return { name: word.slice(word.lastIndexOf('@') + 1), ...endpoint, groups: [], tags: [] };
}
