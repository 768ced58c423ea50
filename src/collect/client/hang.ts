import type { Section } from '../../model/bundle.ts';
import { gap, json } from './layout.ts';
import { probeSizes } from './path.ts';
import { run } from './run.ts';

/** An ssh that has not ended after these times has its connection looked at. A lost packet has been sent again thrice by then. */
const LOOK_AFTER_MS = [3000, 7000];
const SS_MS = 1000;
const PROBE_MS = 2000;
/** Ethernet, PPPoE, WireGuard, common clamps of tunnels, the least that IPv6 allows; and one that passes everywhere. */
const SIZES = [1500, 1492, 1420, 1400, 1280, 100];
const SMALL = 100;

/** An ssh that is watched for a hang of its connection. */
export interface Watch {
  /** To be called with the process id of ssh. */
  started(pid: number): void;
  /** To be called when ssh has ended; gives the section `hang`. */
  ended(): Promise<Section>;
}

/**
 * Looks at the TCP connection of a running ssh when it takes long (ss(8)); only where bytes were sent again and again
 * without an answer, packets of several sizes and of the same mark are sent to the address, no more than three of each.
 */
export function watchHang(port: number, signal?: AbortSignal): Watch {
  const timers: NodeJS.Timeout[] = [];
  let looking: Promise<Section | undefined> = Promise.resolve(undefined);
  return {
    started(pid) {
      for (const ms of LOOK_AFTER_MS) {
        const timer = setTimeout(() => {
          looking = looking.then((before) => before ?? look(pid, port, ms, signal)).catch(() => undefined);
        }, ms);
        timers.push(timer);
      }
    },
    async ended() {
      for (const timer of timers) clearTimeout(timer);
      return (await looking) ?? gap('not-collected', 'the connection did not hang');
    },
  };
}

async function look(pid: number, port: number, afterMs: number, signal?: AbortSignal): Promise<Section | undefined> {
  const argv = ['ss', '-HOtinp', '--tos', `( dport = :${port} )`];
  const ran = await run(argv, { timeoutMs: SS_MS, limit: 256 * 1024, signal });
  const socket = ran.stdout.split('\n').find((line) => line.includes(`pid=${pid},`));
  if (ran.error !== undefined) return gap('unsupported', 'there is no ss command here');
  // ESTAB 0 1712 10.0.0.1:40000 10.0.0.2:22 …
  const address = /^\S+ +\d+ +\d+ +\S+ +\[?([0-9a-fA-F:.]+(?:%[\w.-]+)?)\]?:\d+ /.exec(socket ?? '')?.[1];
  if (socket === undefined || address === undefined || !/ unacked:[1-9]/.test(socket) || !/ retrans:[1-9]/.test(socket))
    return undefined;
  const tos = Number(/ tos:(0x[0-9a-f]{1,2})\b/.exec(socket)?.[1] ?? 0);
  const wanted = [...SIZES.map((size) => ({ size, tos: 0 })), ...(tos > 0 ? [{ size: SMALL, tos }] : [])];
  const looked = await probeSizes(address, wanted, { timeoutMs: PROBE_MS, signal });
  const probes = 'found' in looked ? { probes: looked.found['probes'] } : { gap: looked.gap };
  return json({ afterMs, address, socket: socket.trim().replace(/\s+/g, ' ').slice(0, 2000), ...probes });
}
