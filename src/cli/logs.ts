import { Command } from 'commander';
import ipaddr from 'ipaddr.js';
import { readLogs } from '../app/logs.ts';
import { type LogSource, logFile, logInput, logJournal } from '../collect/logs.ts';
import { type Zone, zoneOf } from '../facts/events/stamp.ts';
import { UsageError } from '../model/errors.ts';
import { CSV_HEAD, type RecordForm, recordOf } from '../report/logs/records.ts';
import { countsLine, logsText, summaryRecord } from '../report/logs/summary.ts';
import { view } from './answer.ts';
import { parsePort } from './target.ts';

interface LogsFlags {
  readonly journal?: boolean;
  readonly since?: number;
  readonly until?: number;
  readonly user?: string;
  readonly from?: (address: string) => boolean;
  readonly port?: number;
  readonly tz?: Zone;
  readonly rows: number;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly ecs?: boolean;
  readonly ocsf?: boolean;
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `2026-11-23`, `2026-11-23T04:07`, or `90m`, `2h`, `7d` ago. @throws UsageError */
export function parseWhen(text: string, now = Date.now()): number {
  const [, count, unit] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return now - Number(count) * (UNIT_MS[unit] ?? 0);
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
  if (Number.isNaN(at))
    throw new UsageError(`"${text}" is no time; say 2026-11-23, 2026-11-23T04:07, or 90m, 2h, 7d for so long ago`);
  return at;
}

/** An address or network. @throws UsageError */
export function parseFrom(text: string): (address: string) => boolean {
  try {
    const [network, bits] = ipaddr.parseCIDR(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`);
    return (address) => {
      if (!ipaddr.isValid(address)) return false;
      const one = ipaddr.process(address);
      return one.kind() === network.kind() && one.match(network, bits);
    };
  } catch {
    throw new UsageError(`"${text}" is no address or network; say 192.0.2.7, 192.0.2.0/24, or 2001:db8::/64`);
  }
}

export function parseZone(text: string): Zone {
  const zone = zoneOf(text);
  if (zone === undefined) throw new UsageError(`"${text}" is no time zone; say UTC, +02:00, or Europe/Berlin`);
  return zone;
}

function parseRows(text: string): number {
  const rows = Number(text);
  if (!Number.isInteger(rows) || rows < 1 || rows > 10_000)
    throw new UsageError(`--rows takes a number from 1 to 10000, not "${text}"`);
  return rows;
}

/** This machine's own zone. */
export const here: Zone = (local) => {
  const at = new Date(local);
  const [y, mo, d, h] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate(), at.getUTCHours()];
  return (
    local -
    at.getUTCMinutes() * 60_000 -
    at.getUTCSeconds() * 1000 -
    at.getUTCMilliseconds() -
    new Date(y, mo, d, h).getTime()
  );
};

const EXAMPLES = `
Examples:
  sshwhy logs /var/log/auth.log*            packed ones too (gzip, zstd, xz)
  sshwhy logs --journal --since 2h
  kubectl logs POD | sshwhy logs -
  sshwhy logs auth.log --ecs | …            one line of JSON for each event`;

/** `sshwhy logs FILE…|--journal|-`: who got in, who was refused, and why. */
export function logsCommand(signal: AbortSignal): Command {
  return new Command('logs')
    .description('what logs say: who got in, who was refused, and why')
    .argument(
      '[file...]',
      'auth.log, secure, fail2ban.log, journal as JSON or export, logs of containers; - for standard input',
    )
    .option('--journal', 'read the journal of this host')
    .option('--since <time>', 'only what happened then or later: 2026-11-23, 2026-11-23T04:07, or 2h ago', (text) =>
      parseWhen(text),
    )
    .option('--until <time>', 'only what happened until then', (text) => parseWhen(text))
    .option('--user <name>', 'only of this user')
    .option('--from <address>', 'only from this address or network', parseFrom)
    .option('--port <n>', 'port of sshd, to tell which lines of the firewall matter (22)', parsePort)
    .option(
      '--tz <zone>',
      'zone of stamps that do not say theirs (the one of this machine): UTC, +02:00, Europe/Berlin',
      parseZone,
    )
    .option('--rows <n>', 'rows of each table', parseRows, 10)
    .option('--json', 'each event as a line of JSON, and at the end the summary')
    .option('--csv', 'each event as a line of CSV')
    .option('--ecs', 'each event as a line of JSON in the Elastic Common Schema 8')
    .option('--ocsf', 'each login and its end as a line of JSON in OCSF, class 3002')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], flags: LogsFlags) => {
      const forms = (['json', 'csv', 'ecs', 'ocsf'] as const).filter((form) => flags[form] === true);
      if (forms.length > 1) throw new UsageError(`--${forms[0]} and --${forms[1]} exclude each other`);
      await tell(sourcesOf(files, flags), forms[0], flags, signal);
    });
}

function sourcesOf(files: readonly string[], { journal, since, until }: LogsFlags): readonly LogSource[] {
  if (files.length === 0 && !journal) throw new UsageError('which log? Name files, - for standard input, or --journal');
  return [
    ...files.map((file) => (file === '-' ? logInput(process.stdin, Date.now()) : logFile(file))),
    ...(journal ? [logJournal(Date.now(), since, until)] : []),
  ];
}

async function tell(
  sources: readonly LogSource[],
  form: RecordForm | undefined,
  flags: LogsFlags,
  signal: AbortSignal,
): Promise<void> {
  const { since, until, user, from } = flags;
  const filter = {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(user === undefined ? {} : { user }),
    ...(from === undefined ? {} : { from }),
    ports: [String(flags.port ?? 22)],
  };
  let block = '';
  const put = (text: string): void => {
    block += text;
    if (block.length < 1 << 16) return;
    process.stdout.write(block);
    block = '';
  };
  if (form === 'csv') put(CSV_HEAD);
  const write = form === undefined ? undefined : recordOf[form];
  const summary = await readLogs(
    sources,
    {
      filter,
      zone: flags.tz ?? here,
      rows: flags.rows,
      ...(write === undefined ? {} : { onEvent: (event) => put(write(event)) }),
    },
    signal,
  );
  if (form === 'json') put(summaryRecord(summary));
  else if (form !== undefined) process.stderr.write(`sshwhy: ${countsLine(summary.counts)}\n`);
  else {
    put(logsText(summary, view()));
  }
  process.stdout.write(block);
}
