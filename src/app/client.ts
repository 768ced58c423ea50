import { probeClient } from '../collect/client/index.ts';
import { mergeBundles, withSections } from '../facts/bundle.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle, Section } from '../model/bundle.ts';
import type { Transport } from '../transport/transport.ts';
import { attemptOf } from './attempt.ts';
import { collectServer } from './server.ts';

export interface ClientLook {
  readonly bundle: Bundle;
  readonly attempt: Attempt;
}

/**
 * Probes from here and, given a door, reads the server afterwards, so that its log holds this very attempt.
 * `argv`: ssh flags in ssh's own syntax. `from`: the address that the server sees, where that is another one than ours.
 * @throws LookError when the door fails.
 */
export async function lookFromBothSides(
  target: { argv: readonly string[]; host: string },
  o: { timeoutMs: number; signal?: AbortSignal; door?: Transport; from?: string; step?(text: string): void },
): Promise<ClientLook> {
  const signal = o.signal ? { signal: o.signal } : {};
  const probed = await probeClient(target, { timeoutMs: o.timeoutMs, ...signal, progress: (step) => o.step?.(step) });
  const client = o.from === undefined ? probed : withSections(probed, { asked: told(o.from) });
  const attempt = attemptOf(client);
  if (!o.door) return { bundle: client, attempt };
  o.step?.(`looking at the server through ${o.door.name}`);
  const { user, from, port } = attempt;
  const question = {
    ...(user !== undefined && { user }),
    ...(from !== undefined && { from }),
    ...(port !== undefined && { port }),
  };
  const server = await collectServer(o.door, question, signal);
  return { bundle: mergeBundles(client, server), attempt };
}

const told = (from: string): Section => ({ status: 'ok', text: JSON.stringify({ from }) });
