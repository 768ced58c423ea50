/** A message that came with its fields apart: from the journal or a container runtime. */
export interface LogRecord {
  readonly message: string;
  readonly at?: number;
  readonly tag?: string;
  readonly hostname?: string;
  readonly pid?: number;
  /** Who wrote it, by the kernel's word and not the writer's. */
  readonly uid?: number;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number | undefined => {
  const made = typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(made) ? made : undefined;
};

/** Up to the end of the year 9999: what claims to be later has no time. */
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const moment = (at: number): { readonly at?: number } => (at >= 0 && at <= LAST ? { at: Math.floor(at) } : {});

/** A message that is no UTF-8 is an array of its bytes (systemd.journal-fields(7), Journal JSON Format). */
function messageOf(value: unknown): string | undefined {
  if (!Array.isArray(value)) return text(value);
  const bytes = value.every((one) => Number.isInteger(one) && one >= 0 && one < 256);
  return bytes ? Buffer.from(value as number[]).toString('utf8') : undefined;
}

/** Fields of the journal, as they are named there. Undefined: no entry of the journal. */
export function journalRecord(fields: Readonly<Record<string, unknown>>): LogRecord | undefined {
  const message = messageOf(fields['MESSAGE']);
  if (message === undefined) return undefined;
  const at = number(fields['__REALTIME_TIMESTAMP']);
  const kernel = fields['_TRANSPORT'] === 'kernel';
  const tag = kernel ? 'kernel' : (text(fields['SYSLOG_IDENTIFIER']) ?? text(fields['_COMM']));
  const hostname = text(fields['_HOSTNAME']);
  const pid = number(fields['_PID']);
  const uid = number(fields['_UID']);
  return {
    message,
    ...moment((at ?? Number.NaN) / 1000),
    ...(tag === undefined ? {} : { tag }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(pid === undefined ? {} : { pid }),
    ...(uid === undefined ? {} : { uid }),
  };
}

/**
 * One line of JSON: `journalctl -o json`, Docker's json-file (`log`, `time`), or what log shippers make of either (`message`
 * or `log`, `@timestamp`). Undefined: none of these.
 */
export function jsonRecord(line: string): LogRecord | undefined {
  let fields: Record<string, unknown>;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    fields = value as Record<string, unknown>;
  } catch {
    return undefined;
  }
  if ('MESSAGE' in fields) return journalRecord(fields);
  const message = text(fields['log']) ?? text(fields['message']);
  if (message === undefined) return undefined;
  const at = Date.parse(text(fields['time']) ?? text(fields['@timestamp']) ?? '');
  return { message: message.replace(/\r?\n$/, ''), ...moment(at) };
}

/** `2026-11-23T04:07:22.123456789Z stderr F MESSAGE`, as container runtimes of Kubernetes write it (CRI logging format). */
export function criRecord(line: string): LogRecord | undefined {
  const found = /^(\d{4}-\d\d-\d\dT\S{8,32}) (?:stdout|stderr) [FP](?::\S{1,32})? /.exec(line.slice(0, 96));
  if (found === null) return undefined;
  const at = Date.parse((found[1] as string).replace(/(\.\d{3})\d+/, '$1'));
  return { message: line.slice(found[0].length), ...moment(at) };
}
