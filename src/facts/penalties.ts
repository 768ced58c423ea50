import { inNetwork } from './access/patterns.ts';
import type { LogEntry } from './log.ts';

/** A penalty that sshd says it has put into force (srclimit.c, srclimit_penalise()). */
export interface Penalty {
  /** As sshd names it, e.g. `failed authentication`. */
  readonly reason: string;
  /** Epoch milliseconds. What was already connected then may have made it longer since. */
  readonly ends: number;
  readonly line: number;
  readonly message: string;
}

/** One that grows over the minimum is told of at LogLevel INFO, one that is over it at once at VERBOSE. */
const FORMS = [
  /^srclimit_penalise: (\S{1,50}): activating ipv[46] penalty of (\d{1,9}) seconds for penalty: (.{1,80})$/,
  /^srclimit_penalise: ipv[46]: new (\S{1,50}) active penalty of (\d{1,9}) seconds for penalty: (.{1,80})$/,
];

/** The newest penalty of an address that is still in force; `now` in epoch milliseconds. */
export function penaltyOf(log: readonly LogEntry[], from: string, now: number): Penalty | undefined {
  // A daemon that starts anew, or reads its configuration again, has forgotten everything.
  const begun = log.findLastIndex(({ message }) => message.startsWith('Server listening on '));
  const all = log.slice(begun + 1).flatMap(({ at, line, message }): Penalty[] => {
    const [, network = '', seconds, reason = ''] = FORMS.map((form) => form.exec(message)).find(Boolean) ?? [];
    if (at === undefined || seconds === undefined || inNetwork(from, network) !== true) return [];
    return [{ reason, ends: at + Number(seconds) * 1000, line, message }];
  });
  return all.findLast(({ ends }) => ends > now);
}
