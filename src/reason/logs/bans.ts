import type { LogEvent } from '../../facts/events/typed-event.ts';

/** An address that something shut out. Times in epoch milliseconds. */
export interface Ban {
  readonly address: string;
  /** `fail2ban, jail sshd`, or `sshguard`. */
  readonly by: string;
  /** When the ban began that stands, or the last one that was lifted. */
  readonly since: number | undefined;
  /** When it was lifted; undefined while it stands. */
  readonly lifted: number | undefined;
  readonly stands: boolean;
  /** How often it was banned. */
  readonly times: number;
}

export interface Bans {
  /** Those that stand first, then the latest. */
  readonly rows: readonly Ban[];
  readonly standing: number;
  /** Bans that are not shown, because there are more than are kept. */
  readonly more: number;
}

const by = ({ type, jail }: LogEvent): string => (jail === undefined ? type.program : `${type.program}, jail ${jail}`);

/** Follows bans and their ends. Of more than `keep` addresses those are forgotten first that were lifted longest ago. */
export function banTracker(keep = 10_000): { see(event: LogEvent): void; end(since: number | undefined): Bans } {
  const all = new Map<string, { -readonly [K in keyof Ban]: Ban[K] }>();
  let forgotten = 0;

  const forget = (): void => {
    for (const stands of [false, true])
      for (const [key, one] of all) {
        if (all.size <= keep) return;
        if (one.stands !== stands) continue;
        all.delete(key);
        forgotten += 1;
      }
  };

  return {
    see(event) {
      const { type, at, from } = event;
      if (from === undefined || (type.outcome !== 'ban' && type.outcome !== 'unban')) return;
      const key = `${by(event)} ${from}`;
      const known = all.get(key);
      if (type.outcome === 'unban') {
        if (known === undefined) return;
        known.stands = false;
        known.lifted = at;
        return;
      }
      // A restart lifts bans and sets them again: the ban is the one that stood before.
      const restored = type.id === 'fail2ban/ban-restored' && known !== undefined;
      all.delete(key);
      all.set(key, {
        address: from,
        by: by(event),
        since: restored ? known.since : at,
        lifted: undefined,
        stands: true,
        times: (known?.times ?? 0) + (restored ? 0 : 1),
      });
      if (all.size > 2 * keep) forget();
    },
    end(since) {
      const within = [...all.values()].filter(
        ({ stands, lifted }) => stands || since === undefined || lifted === undefined || lifted >= since,
      );
      const rows = within.sort(
        (a, b) =>
          Number(b.stands) - Number(a.stands) || (b.since ?? 0) - (a.since ?? 0) || (a.address < b.address ? -1 : 1),
      );
      return { rows, standing: rows.filter(({ stands }) => stands).length, more: forgotten };
    },
  };
}
