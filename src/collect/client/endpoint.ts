import type { Section } from '../../model/bundle.ts';
import { type Greeting, greet } from './greeting.ts';
import { gap, json } from './layout.ts';
import { type Looked, traceCommand, tracePath } from './path.ts';
import { connect, neighbourOf, type TcpProbe } from './tcp.ts';

/** When the asked port has not answered by then, the neighbour and the routers are asked too. */
const SILENT_AFTER_MS = 1000;
/** How long the routers may take; what is left of it may outlast the connection by the grace. */
const TRACE_MS = 2500;
const TRACE_GRACE_MS = 100;
const TRACE_REFUSED_MS = 350;

/** One address and the asked port, as it was met. */
export interface Endpoint {
  readonly tcp: TcpProbe;
  readonly greeting?: Greeting & { readonly address: string; readonly port: number };
  /** Where the port did not open. */
  readonly path?: Looked;
}

/** Bounds of a look at an endpoint, milliseconds; `spoke` is called as soon as a server greets. */
export interface Dial {
  readonly connectMs: number;
  readonly greetingMs: number;
  readonly local: string | undefined;
  readonly abort: AbortSignal;
  readonly spoke: () => void;
}

/** When a port that has not answered counts as silent, and others are looked at beside it; milliseconds. */
export const silentAfterMs = (connectMs: number): number => Math.min(SILENT_AFTER_MS, connectMs / 3);

/** Connects to one address and hears the greeting; where the port does not open, its neighbour and the routers are asked. */
export async function probeAddress(address: string, port: number, o: Dial): Promise<Endpoint> {
  const other = neighbourOf(port);
  const bounds = { local: o.local, signal: o.abort };
  let neighbour: Promise<TcpProbe['neighbour']> | undefined;
  let path: Promise<Looked> | undefined;
  const trace = (how: 'silent' | 'refused', timeoutMs: number): Promise<Looked> =>
    tracePath({ address, port }, how, { timeoutMs, signal: o.abort }).catch(() => ({ gap: 'it was not awaited' }));
  const silentAfter = silentAfterMs(o.connectMs);
  const rest = o.connectMs - silentAfter;
  const late = setTimeout(() => {
    neighbour = connect(address, other, { ...bounds, timeoutMs: rest }).then(
      ({ socket, local: _, localPort: __, ...met }) => {
        socket?.destroy();
        return { port: other, ...met };
      },
    );
    path = trace('silent', Math.min(TRACE_MS, rest + TRACE_GRACE_MS));
  }, silentAfter);
  const { socket, ...reached } = await connect(address, port, { ...bounds, timeoutMs: o.connectMs });
  clearTimeout(late);
  const beside = socket ? undefined : await neighbour;
  const tcp: TcpProbe = { address, port, ...reached, ...(beside ? { neighbour: beside } : {}) };
  if (!socket) {
    if (reached.outcome !== 'timed-out') path ??= trace('refused', TRACE_REFUSED_MS);
    return { tcp, ...(path ? { path: await path } : {}) };
  }
  const greeting = await greet(socket, { timeoutMs: o.greetingMs, signal: o.abort });
  if (greeting.banner !== undefined) o.spoke();
  return { tcp, greeting: { address, port, ...greeting } };
}

/** The section `path` of all that did not open. */
export function pathSection(paths: readonly { address: string; path: Looked }[], port: number): Section {
  const found = paths.flatMap(({ path }) => ('found' in path ? [path.found] : []));
  if (found.length > 0) return json({ probes: found });
  const [first] = paths;
  if (first === undefined || 'found' in first.path) return gap('not-collected', 'every connection stood');
  return gap('unsupported', `${first.path.gap}; ${traceCommand(first.address, port)}`);
}
