import { COLLECT_TIMEOUT_MS, collectServer, readBundle, type ServerQuestion } from '../app/server.ts';
import type { Bundle } from '../model/bundle.ts';
import { UsageError } from '../model/errors.ts';
import { openTransport } from '../transport/open.ts';
import type { ServerOptions } from './options.ts';
import { argumentsOf } from './ssh.ts';

/** The bundle in the text, or what comes through the door. */
export async function bundleOf(
  { on, bundle, ssh, signal, timeoutMs = COLLECT_TIMEOUT_MS }: ServerOptions,
  question: ServerQuestion,
): Promise<Bundle> {
  if (bundle === undefined)
    return collectServer(openTransport(on ?? 'local', argumentsOf(ssh)), question, {
      timeoutMs: bounded(timeoutMs),
      ...(signal && { signal }),
    });
  if (on !== undefined) throw new UsageError('on and bundle exclude each other');
  return readBundle('the bundle', bundle);
}

/** @throws UsageError unless a number of milliseconds up to an hour. */
export function bounded(ms: number): number {
  if (!(ms >= 1 && ms <= 3_600_000)) throw new UsageError(`timeoutMs ${ms}: use 1 to 3600000`);
  return ms;
}

/** The report as its JSON is: the same values, by the published schema, and nothing that is `undefined`. */
export function asJson<Made>(made: object): Made {
  return JSON.parse(JSON.stringify(made)) as Made;
}

/** The work, or the reason of the signal: what was cut short would look like an answer, or like a failure of the other side. */
export async function unlessAborted<Made>(signal: AbortSignal | undefined, work: () => Promise<Made>): Promise<Made> {
  signal?.throwIfAborted();
  try {
    return await work();
  } finally {
    signal?.throwIfAborted();
  }
}
