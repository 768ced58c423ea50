import { shippedText } from '../../shipped/files.ts';
import { run } from './run.ts';

/** What `path.py` answers, or why there is no answer. */
export type Looked = { readonly found: Readonly<Record<string, unknown>> } | { readonly gap: string };

/** The system's own first: the one in the path may be a wrapper that takes a second to start. */
const PYTHONS = ['/usr/bin/python3', 'python3'];
/** For the interpreter to start and to end, beside the time that the script is given. */
const START_MS = 400;

let script: string | undefined;

async function ask(args: readonly string[], timeoutMs: number, signal?: AbortSignal): Promise<Looked> {
  if (process.platform !== 'linux') return { gap: 'the error queue of sockets is a thing of Linux' };
  script ??= shippedText('path.py', new URL('./path.py', import.meta.url));
  for (const python of PYTHONS) {
    const ran = await run([python, '-IS', '-c', script, ...args], { timeoutMs: timeoutMs + START_MS, signal });
    if (ran.error !== undefined) continue;
    try {
      return { found: JSON.parse(ran.stdout) };
    } catch {
      return { gap: ran.timedOut ? 'timed out' : (ran.stderr.trim().split('\n').at(-1) ?? '').slice(0, 200) };
    }
  }
  return { gap: 'there is no python3 here' };
}

/**
 * Which routers answer on the way to a port that did not open, and where its SYN ends. `how`: nothing came back, or a
 * refusal did, which is then asked for once more to see who sends it. Costs the port one SYN at most.
 */
export function tracePath(
  to: { readonly address: string; readonly port: number },
  how: 'silent' | 'refused',
  o: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<Looked> {
  return ask(['trace', to.address, String(to.port), String(Math.round(o.timeoutMs)), how], o.timeoutMs, o.signal);
}

/** Which datagrams and pings of these sizes (bytes, IP header included) and marks (the TOS byte) are answered. */
export function probeSizes(
  address: string,
  wanted: readonly { readonly size: number; readonly tos: number }[],
  o: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<Looked> {
  const words = wanted.map(({ size, tos }) => `${size}:${tos}`);
  return ask(['sizes', address, String(Math.round(o.timeoutMs)), ...words], o.timeoutMs, o.signal);
}

/** What a person could type where this cannot be looked at from here. */
export function traceCommand(address: string, port: number): string {
  return `sudo traceroute -n -T -p ${port} ${address}`;
}
