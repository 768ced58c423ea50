import { keyValues } from './key-value.ts';
import { section, Unparsable } from './source.ts';

export interface Meta {
  /** Whether the collector ran as root. */
  readonly isRoot: boolean;
  readonly hostname: string;
  /** The server's clock, epoch milliseconds. */
  readonly now: number;
  /** Minutes that its local time is ahead of UTC. */
  readonly zone?: number;
  /** Processors. */
  readonly nproc?: number;
  /** When it was booted, epoch milliseconds. */
  readonly boot?: number;
  /** Comm of process 1. */
  readonly init: string;
  /** What the collector was asked about. */
  readonly user?: string;
  readonly from?: string;
  readonly port?: number;
}

export const meta = section('server', 'meta', 'who collected, where and when', (text): Meta => {
  const values = keyValues(text ?? '');
  const one = (key: string): string | undefined => values.get(key)?.[0] || undefined;
  const now = Number(one('now'));
  if (!Number.isFinite(now)) throw new Unparsable('meta has no clock');
  const [user, from, port] = [one('user'), one('from'), Number(one('port'))];
  const [nproc, boot] = [Number(one('nproc')), Number(one('boot'))];
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)$/.exec(one('tz') ?? '') ?? [];
  const zone = sign === undefined ? undefined : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  return {
    isRoot: one('uid') === '0',
    hostname: one('hostname') ?? '',
    now: now * 1000,
    init: one('init') ?? '',
    ...(zone === undefined ? {} : { zone }),
    ...(nproc > 0 ? { nproc } : {}),
    ...(boot > 0 ? { boot: boot * 1000 } : {}),
    ...(user === undefined ? {} : { user }),
    ...(from === undefined ? {} : { from }),
    ...(port > 0 && port < 65536 ? { port } : {}),
  };
});
