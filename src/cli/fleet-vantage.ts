import { endpointOf } from '../facts/inventory/endpoint.ts';
import { UsageError } from '../model/errors.ts';
import { openTransport } from '../transport/open.ts';
import type { Transport } from '../transport/transport.ts';
import { type SshFlags, sshArguments } from './options.ts';

/** This machine, as a place to look from. */
const HERE = 'here';
const PLACES_MAX = 200;

/** Doors of `--vantage`; each once. @throws UsageError */
export function parseVantage(text: string, before: readonly string[] = []): readonly string[] {
  if (text.length > 300) throw new UsageError('--vantage takes a machine of 300 characters at most');
  const all = [...new Set([...before, text])];
  if (all.length > PLACES_MAX) throw new UsageError(`--vantage can be given ${PLACES_MAX} times`);
  return all;
}

/**
 * `here`, `[user@]host[:port]` by the user's own ssh, or a door as `--on` names it. ssh's flags are for the ways to these machines; but
 * `-p` is the port of the hosts that are asked. @throws UsageError when it is none of them
 */
export function vantageDoor(
  name: string,
  { port: _, ...flags }: SshFlags,
): { readonly name: string; readonly door?: Transport } {
  if (name === HERE) return { name };
  if (/^(?:local$|(?:ssh|docker|podman|machine|kubectl|exec):)/.test(name)) {
    // A port stands behind a bare name of a host only.
    return { name, door: openTransport(name, sshArguments(flags)) };
  }
  const endpoint = endpointOf(name);
  if (endpoint === undefined)
    throw new UsageError(`--vantage ${name}: say here, [user@]host[:port], or a door such as docker:NAME`);
  const { address, port, user } = endpoint;
  return {
    name,
    door: openTransport(
      `ssh:${user === undefined ? '' : `${user}@`}${address}`,
      sshArguments({ ...flags, ...(port === undefined ? {} : { port }) }),
    ),
  };
}
