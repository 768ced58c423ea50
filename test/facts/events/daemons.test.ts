import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventReader } from '../../../src/facts/events/reader.ts';
import type { LogEvent } from '../../../src/facts/events/typed-event.ts';
import { FIELDS } from '../../../src/knowledge/events/event.ts';

const FOLDER = path.join(import.meta.dirname, '../../fixtures/events');
/** What daemons of three releases of Debian wrote when they were driven along their paths (lab/event-paths.ts). */
const files = readdirSync(FOLDER)
  .filter((name) => /^(?:bullseye|bookworm|trixie)-\w+\.txt$/.test(name))
  .sort();

/** Where the logins came from, and what was banned by hand. */
const PEERS = ['10.77.2.10', 'fd77:2::10', '10.77.2.99', '192.0.2.44', '2001:db8::7', '0.0.0.0', '::'];
const ACCOUNTS =
  /^(?:alice|bob|root|nobody-here|certified|listed|grouped|homeless|loose|chrooted|sftponly|forwardless|single|twofactor|nomethod|commanded|sourced|late|forced|shellless|locked|expired|aged|kept|many|few|rejected|sshd)$/;
/** Names that were made to look like something else. */
const ODD = ['root from 192.0.2.1 port 22 ssh2', 'x [preauth]', 'invalid user y', ' ', "x' from 192.0.2.1:22"];

/** Lines of no type, and why. */
const SILENT: readonly (readonly [RegExp, string])[] = [
  [/(?:sftp-server|internal-sftp)\[\d+\]: (?:opendir|closedir) /, 'files'],
  [/systemd-logind\[\d+\]: (?:New seat|Watching system)/, 'hardware'],
  [
    /systemd\[1\]: (?:sshd-keygen\.service|Listening on sshd-unix-local\.socket|Created slice|.*(?:sshguard|SSHGuard))/,
    'other units',
  ],
  [/sshguard\[\d+\]: (?:Now monitoring|Exiting on signal|Terminated)/, 'begins and ends'],
  [
    /fail2ban\.(?:server|observer|database|filter|filtersystemd|jail|actions|utils|transmitter|asyncserver) +\[\d+\]: (?:INFO|WARNING|NOTICE) +(?:-{9}|Starting|Observer|Connected|New data|Creat|Jail sshd is not|Jail 'sshd' uses|Init|maxLines|maxRetry|findtime|banTime|encoding|\[sshd\] (?:Added|Jail is in|Flush)|Shutdown|Stopping all|Exiting|Connection to database)/,
    'how it is set up',
  ],
  [/kernel: .*PROTO=(?:ICMPv6|UDP|2|0) /, 'packets without a port of SSH'],
  [/sshd(?:-session)?\[\d+\]: (?:error: )?(?:ssh_msg_send|send_rexec)/, 'follows what is typed'],
];

interface Line {
  readonly raw: string;
  readonly event?: LogEvent;
}

function linesOf(name: string): readonly Line[] {
  return readFileSync(path.join(FOLDER, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((raw) => {
      let event: LogEvent | undefined;
      const reader = eventReader({ zone: () => 0, end: Date.UTC(2026, 10, 26), onEvent: (one) => (event = one) });
      reader.push(Buffer.from(`${raw}\n`));
      expect(reader.end(), raw).toMatchObject({ lines: 1, unparsed: 0, foreign: 0, impostor: 0 });
      return event === undefined ? { raw } : { raw, event };
    });
}

/** One row of JSON for each line, so that a person can look through them beside the lines. */
function told(lines: readonly Line[]): string {
  const row = ({ event }: Line): string => {
    if (event === undefined) return 'null';
    const fields = Object.fromEntries(
      FIELDS.flatMap((name) => (event[name] === undefined ? [] : [[name, event[name]]])),
    );
    return JSON.stringify({ event: event.type.id, ...(event.forged ? { forged: true } : {}), ...fields });
  };
  return `[\n${lines.map(row).join(',\n')}\n]\n`;
}

describe.each(files)('%s', (name) => {
  const lines = linesOf(name);

  it('is typed as somebody looked through it', async () => {
    await expect(told(lines)).toMatchFileSnapshot(path.join(FOLDER, name.replace(/txt$/, 'json')));
  });

  it('has no line about a login that is of no type', () => {
    const untyped = lines.filter(
      ({ event, raw }) => event === undefined && !SILENT.some(([pattern]) => pattern.test(raw)),
    );
    expect(untyped.map(({ raw }) => raw)).toEqual([]);
  });

  it('names only those who were there', () => {
    for (const { event, raw } of lines) {
      if (event === undefined) continue;
      if (event.from !== undefined) expect(PEERS, raw).toContain(event.from);
      if (event.user !== undefined && !ODD.includes(event.user)) expect(event.user, raw).toMatch(ACCOUNTS);
      if (event.port !== undefined) expect(raw).toContain(event.port);
    }
  });
});

describe('all of them', () => {
  const seen = new Set(files.flatMap((name) => linesOf(name).flatMap(({ event }) => event?.type.id ?? [])));

  it('are of three releases and tell of most of what the server can say of a login', () => {
    expect(files.length).toBeGreaterThanOrEqual(20);
    expect(seen.size).toBeGreaterThan(110);
  });
});
