import { performance } from 'node:perf_hooks';
import type { Channel } from '../../model/watch.ts';
import { failure } from './failure.ts';
import type { Letter } from './outbox.ts';

/** What became of a try. `lost`: it will not be sent any more; `says` has why, for people (foreign text is escaped). */
export interface Posted {
  readonly channel: string;
  readonly alertId: string;
  /** Alerts that the limits kept back before this one, which tells of them. */
  readonly heldBack: number;
  readonly outcome: 'sent' | 'later' | 'lost';
  readonly says?: string;
  /** `later`: when it is tried again, epoch milliseconds. */
  readonly again?: number;
}

export interface Patience {
  /** One try, all in all. */
  readonly timeoutMs: number;
  /** Before the second try; doubled for each one after, up to `mostMs`, less up to half by chance. */
  readonly firstMs: number;
  readonly mostMs: number;
  /** What was not taken after so long is given up. */
  readonly giveUpMs: number;
}

/** One channel and what waits for it. */
export interface Line {
  readonly name: string;
  /** Something may be there to send. */
  kick(): void;
  waiting(): readonly Letter[];
  /** Whether something is being sent; what only waits for its next try is not. */
  busy(): boolean;
  /** What went wrong last, until something is taken. */
  wrong(): string | undefined;
  /** Begins nothing new; gives what is on its way so long, then breaks it off. */
  close(graceMs: number): Promise<void>;
}

const DAY_MS = 86_400_000;
const ABORT_MS = 1000;

/**
 * Sends the letters of one channel one at a time: urgent ones first, those of one incident in their order. When one is not taken,
 * the channel is left alone for longer and longer; one that alone is not taken does not stop the others.
 */
export function line(
  channel: Channel,
  letters: () => readonly Letter[],
  take: (letter: Letter) => Promise<void>,
  onPosted: (posted: Posted) => void,
  { timeoutMs, firstMs, mostMs, giveUpMs }: Patience,
): Line {
  const stop = new AbortController();
  // By a clock that nobody sets.
  const now = (): number => performance.now();
  const tries = new Map<number, { readonly count: number; readonly again: number }>();
  let failures = 0;
  let again = 0;
  let wrong: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let going: Promise<void> | undefined;
  let knocked = false;
  let closing = false;

  const waiting = (): readonly Letter[] => letters().filter((letter) => letter.channel === channel.name);
  const readyAt = ({ number }: Letter): number => tries.get(number)?.again ?? 0;
  const delay = (count: number): number =>
    Math.min(mostMs, firstMs * 2 ** Math.min(count - 1, 30)) * (1 - Math.random() / 2);

  /** The next of each incident. */
  function heads(): readonly Letter[] {
    const begun = new Set<string>();
    return waiting().filter(({ alert }) => !begun.has(alert.incident.id) && begun.add(alert.incident.id));
  }

  function first(ready: readonly Letter[]): Letter | undefined {
    const rank = (letter: Letter): number =>
      (letter.alert.incident.urgency === 'page' ? 0 : 1e6) + (tries.get(letter.number)?.count ?? 0);
    return [...ready].sort((a, b) => rank(a) - rank(b) || a.number - b.number)[0];
  }

  function notTaken(letter: Letter, error: unknown): Pick<Posted, 'outcome' | 'says' | 'again'> {
    const { final, retryAfterMs = 0, message } = failure(channel.name, error);
    wrong = message;
    if (final) return { outcome: 'lost', says: message };
    if (Date.now() - letter.since >= giveUpMs)
      return { outcome: 'lost', says: `${message}; given up after ${Math.round(giveUpMs / 3_600_000)} hours` };
    const count = (tries.get(letter.number)?.count ?? 0) + 1;
    failures += 1;
    const asked = Math.min(retryAfterMs, DAY_MS);
    const wait = Math.max(delay(failures), asked);
    again = now() + wait;
    tries.set(letter.number, { count, again: now() + Math.max(delay(count), asked) });
    return { outcome: 'later', says: message, again: Date.now() + wait };
  }

  async function attempt(letter: Letter): Promise<Pick<Posted, 'outcome' | 'says' | 'again'>> {
    let late: NodeJS.Timeout | undefined;
    try {
      // A channel that does not hear the signal must not stop the rest.
      await Promise.race([
        channel.send(letter.alert, AbortSignal.any([stop.signal, AbortSignal.timeout(timeoutMs)])),
        new Promise<never>((_, reject) => {
          late = setTimeout(() => reject(new DOMException('', 'TimeoutError')), timeoutMs + ABORT_MS);
        }),
      ]);
      failures = 0;
      again = 0;
      wrong = undefined;
      return { outcome: 'sent' };
    } catch (error) {
      return notTaken(letter, error);
    } finally {
      clearTimeout(late);
    }
  }

  async function work(): Promise<void> {
    while (!closing) {
      const next = heads();
      if (next.length === 0) return;
      const letter = now() < again ? undefined : first(next.filter((one) => readyAt(one) <= now()));
      if (letter === undefined) {
        const wait = Math.max(again, Math.min(...next.map(readyAt))) - now();
        timer = setTimeout(kick, Math.min(Math.max(wait, 1), DAY_MS));
        return;
      }
      const became = await attempt(letter);
      // The process ends: it is neither sent nor failed, and waits for the next start.
      if (stop.signal.aborted && became.outcome !== 'sent') return;
      onPosted({ channel: channel.name, alertId: letter.alert.id, heldBack: letter.alert.heldBack, ...became });
      if (became.outcome === 'later') continue;
      tries.delete(letter.number);
      await take(letter);
    }
  }

  function kick(): void {
    knocked = true;
    if (going || closing) return;
    clearTimeout(timer);
    knocked = false;
    going = work().finally(() => {
      going = undefined;
      if (knocked) kick();
    });
  }

  return {
    name: channel.name,
    kick,
    waiting,
    busy: () => going !== undefined,
    wrong: () => wrong,
    close: async (graceMs) => {
      closing = true;
      clearTimeout(timer);
      const within = async (ms: number): Promise<void> => {
        let late: NodeJS.Timeout | undefined;
        await Promise.race([going, new Promise<void>((resolve) => (late = setTimeout(resolve, ms)))]);
        clearTimeout(late);
      };
      await within(graceMs);
      stop.abort(new Error('the watcher ends'));
      await within(ABORT_MS);
    },
  };
}
