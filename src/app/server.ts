import { collectScript } from '../collect/script.ts';
import { parseBundle } from '../facts/bundle.ts';
import { Unparsable } from '../facts/source.ts';
import type { Bundle } from '../model/bundle.ts';
import { LookError } from '../model/errors.ts';
import { clip } from '../report/escape.ts';
import type { Ran, Transport } from '../transport/transport.ts';

/** What the server is asked about; what is absent is asked for everybody. */
export interface ServerQuestion {
  readonly user?: string;
  readonly from?: string;
  readonly port?: number;
  /** `keys`: only what tells who can log in with which key, but of every account. */
  readonly scope?: 'keys';
}

/** `collect.sh` bounds itself to less; this is for a door that hangs. */
export const COLLECT_TIMEOUT_MS = 60_000;

/**
 * Runs the collector through a door.
 * @throws LookError when no Bundle comes back, with what the door said.
 */
export async function collectServer(
  door: Transport,
  question: ServerQuestion,
  o: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<Bundle> {
  const timeoutMs = o.timeoutMs ?? COLLECT_TIMEOUT_MS;
  const ran = await door.run(collectScript(question), { timeoutMs, ...(o.signal ? { signal: o.signal } : {}) });
  try {
    return parseBundle(ran.stdout);
  } catch (error) {
    if (!(error instanceof Unparsable)) throw error;
    throw new LookError(`${door.name}: the collector gave no answer: ${doorSaid(ran, timeoutMs)}`);
  }
}

function doorSaid(ran: Ran, timeoutMs: number): string {
  if (ran.timedOut) return `nothing within ${timeoutMs / 1000} s`;
  const lines = ran.stderr.split('\n').filter((line) => line.trim() !== '');
  const said = clip(lines.slice(-3).join(' / '), 300);
  return `${ran.code === null ? 'killed' : `exit status ${ran.code}`}${said === '' ? ', no message' : `: ${said}`}`;
}

/**
 * Reads a saved or pasted Bundle.
 * @throws LookError when the text holds none.
 */
export function readBundle(name: string, text: string): Bundle {
  try {
    return parseBundle(text);
  } catch (error) {
    if (!(error instanceof Unparsable)) throw error;
    throw new LookError(`${name}: ${error.message}`);
  }
}
