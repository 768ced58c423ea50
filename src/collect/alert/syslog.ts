import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { connect as connectTls } from 'node:tls';
import type { Alert, Channel } from '../../model/watch.ts';
import { alertSubject } from '../../report/alert.ts';
import { clip } from '../../report/escape.ts';
import { failure } from './failure.ts';
import { ran } from './ran.ts';

/** RFC 5424, 6.2.1. */
const FACILITIES = {
  daemon: 3,
  auth: 4,
  authpriv: 10,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
} as const;
export type Facility = keyof typeof FACILITIES;
export const FACILITY_NAMES = Object.keys(FACILITIES) as readonly Facility[];

export interface SyslogOptions {
  readonly name: string;
  readonly facility: Facility;
  /** Missing: the syslog of this machine, by logger(1). */
  readonly server?: {
    readonly host: string;
    readonly port: number;
    readonly over: 'udp' | 'tcp' | 'tls';
    /** Authorities to trust, PEM, instead of those of Node. */
    readonly ca?: string;
  };
  readonly program?: string;
}

const SEVERITY = { crit: 2, warning: 4, notice: 5, info: 6 } as const;

function severityOf({ kind, incident }: Alert): keyof typeof SEVERITY {
  if (kind === 'test') return 'info';
  if (kind === 'closed') return 'notice';
  return incident.urgency === 'page' ? 'crit' : 'warning';
}

/** A value in quotation marks, as a line for programs has it. */
const quoted = (text: string): string => `"${clip(text, 48).replace(/["\\]/g, '\\$&')}"`;

/** One line of at most about 1,000 characters: what every receiver takes (RFC 5424, 6.1). */
export function syslogLine(alert: Alert): string {
  const { id, kind, incident, heldBack } = alert;
  const { user, from, network } = incident.about;
  const fields = {
    id,
    kind,
    urgency: incident.urgency,
    user,
    from,
    network,
    held_back: heldBack === 0 ? undefined : String(heldBack),
  };
  const told = Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${quoted(value)}`],
  );
  const last = incident.story.at(-1) ?? incident.signals.at(-1)?.says;
  // First what programs read, each value in its quotation marks: nothing that a log wrote can come before it.
  return `${told.join(' ')}: ${alertSubject(alert)}${last === undefined ? '' : ` | ${clip(last, 200)}`}`;
}

/** A message of RFC 5424. The host is this one: which one it is about stands in the text. */
export function syslogMessage(alert: Alert, facility: Facility, host = hostname()): string {
  const priority = FACILITIES[facility] * 8 + SEVERITY[severityOf(alert)];
  const safe = host.replace(/[^\x21-\x7e]/g, '').slice(0, 255) || '-';
  // The byte order mark says that the text is UTF-8 (6.4).
  return `<${priority}>1 ${new Date(alert.at).toISOString()} ${safe} sshwhy ${process.pid} ${alert.kind} - \ufeff${syslogLine(alert)}`;
}

async function byUdp(message: string, host: string, port: number): Promise<void> {
  const { address, family } = await lookup(host);
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.send(message, port, address, (error) => (error ? reject(error) : resolve()));
    });
  } finally {
    socket.close();
  }
}

const CLOSE_MS = 2000;

/**
 * Octet counting (RFC 6587, 3.4.1; RFC 5425, 4.3), then both sides close: syslog answers nothing, so that the other side has ended
 * the connection in order is the most that can be known.
 */
function byStream(message: string, open: () => Socket, ready: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = open();
    let late: NodeJS.Timeout | undefined;
    const over = (error?: Error): void => {
      clearTimeout(late);
      signal.removeEventListener('abort', aborted);
      socket.destroy();
      if (error) reject(error);
      else resolve();
    };
    const aborted = (): void => over(signal.reason as Error);
    signal.addEventListener('abort', aborted, { once: true });
    let flushed = false;
    socket.once('error', over);
    // Of what it sends nothing is wanted.
    socket.resume();
    socket.once('close', () => over(flushed ? undefined : Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    socket.once(ready, () => {
      socket.end(`${Buffer.byteLength(message)} ${message}`, () => {
        flushed = true;
        // A server that keeps its side open has read it all the same.
        late = setTimeout(over, CLOSE_MS);
      });
    });
  });
}

/** Writes to syslog. Over UDP nobody learns whether it arrives. */
export function syslog({ name, facility, server, program = 'logger' }: SyslogOptions): Channel {
  return {
    name,
    send: async (alert, signal) => {
      if (server === undefined) {
        const priority = `${facility}.${severityOf(alert)}`;
        return ran([program, '-t', 'sshwhy', '-p', priority, '--', syslogLine(alert)], '', {}, signal);
      }
      const { host, port, over, ca } = server;
      const message = syslogMessage(alert, facility);
      const tls = {
        host,
        port,
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...(ca === undefined ? {} : { ca }),
      };
      try {
        if (over === 'udp') await byUdp(message, host, port);
        else if (over === 'tcp') await byStream(message, () => connectTcp({ host, port }), 'connect', signal);
        else await byStream(message, () => connectTls(tls), 'secureConnect', signal);
      } catch (error) {
        throw failure(`${host} port ${port}`, error);
      }
    },
  };
}
