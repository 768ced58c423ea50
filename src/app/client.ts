import { probeClient } from '../collect/client/index.ts';
import { mergeBundles, withSections } from '../facts/bundle.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle, Section } from '../model/bundle.ts';
import type { Transport } from '../transport/transport.ts';
import { attemptOf } from './attempt.ts';
import { collectServer } from './server.ts';
import { lookFromVantages } from './vantage.ts';

export interface ClientLook {
  readonly bundle: Bundle;
  readonly attempt: Attempt;
}

/**
 * Probes from here and, given a door, reads the server afterwards, so that its log holds this very attempt.
 * `argv`: ssh flags in ssh's own syntax. `from`: the address that the server sees, where that is another one than ours.
 * Probes from here and, given a door, reads the server afterwards, so that its log holds this very attempt. Other
 * machines (`vantages`) look at the same endpoint meanwhile.
 * `argv`: ssh flags in ssh's own syntax.
 * @throws LookError when the door fails.
 */
export async function lookFromBothSides(
  target: { argv: readonly string[]; host: string },
  o: {
    timeoutMs: number;
    signal?: AbortSignal;
    door?: Transport;
    from?: string;
    allHostKeys?: boolean;
    vantages?: readonly Transport[];
    step?(text: string): void;
  },
): Promise<ClientLook> {
  const signal = o.signal ? { signal: o.signal } : {};
  const probed = await probeClient(target, {
    timeoutMs: o.timeoutMs,
    ...signal,
    allHostKeys: o.allHostKeys === true,
    progress: (step) => o.step?.(step),
  });
  const client = o.from === undefined ? probed : withSections(probed, { asked: told(o.from) });
  const attempt = attemptOf(client);
  const { host = target.host, port: to = 22 } = attempt;
  if (o.vantages?.length) o.step?.(`looking from ${o.vantages.map(({ name }) => name).join(', ')}`);
  const elsewhere = lookFromVantages(o.vantages ?? [], { host, port: to }, o.signal);
  if (!o.door) return { bundle: { ...client, sections: { ...client.sections, ...(await elsewhere) } }, attempt };
  o.step?.(`looking at the server through ${o.door.name}`);
  const { user, from, port } = attempt;
  const question = {
    ...(user !== undefined && { user }),
    ...(from !== undefined && { from }),
    ...(port !== undefined && { port }),
  };
  const [server, seen] = await Promise.all([collectServer(o.door, question, signal), elsewhere]);
  const both = mergeBundles(client, server);
  return { bundle: { ...both, sections: { ...both.sections, ...seen } }, attempt };
}

const told = (from: string): Section => ({ status: 'ok', text: JSON.stringify({ from }) });
