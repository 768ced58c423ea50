import type { LogEvent } from '../../facts/events/typed-event.ts';
import type { EventType } from '../../knowledge/events/event.ts';
import { eventTypes } from '../../knowledge/events/index.ts';

/** One connection that wanted in, from all lines of its process. */
export interface Login {
  /** How often, where a line that stands for several says so. */
  readonly times: number;
  readonly outcome: 'in' | 'refused';
  /** Of `in` the message that says so; of `refused` the one that tells most. */
  readonly reason: EventType;
  /** Epoch milliseconds of its last line. */
  readonly at?: number | undefined;
  readonly user?: string | undefined;
  readonly from?: string | undefined;
  readonly method?: string | undefined;
  readonly key?: string | undefined;
}

interface Open {
  at: number | undefined;
  port: string | undefined;
  user: string | undefined;
  from: string | undefined;
  reason: EventType | undefined;
  refused: boolean;
}

/** Processes whose last word is waited for at a time; then the oldest is taken to have ended. */
const MOST = 4096;
/** A process that says nothing for longer has ended, and its number may be another's. */
const SILENCE_MS = 15 * 60_000;

/** Messages of the listener, each about another connection than the one before. */
const ALONE: ReadonlySet<EventType> = new Set(
  eventTypes.filter(({ id }) => /^sshd\/(?:drop|grace|child-crash)/.test(id)),
);

/**
 * Joins the lines of each process to one login. The heaviest message is the reason: `Invalid user` says more than the
 * `Connection closed` that follows. A line whose own text can be read in two ways adds nothing but that it was refused.
 */
export function loginTracker(onLogin: (login: Login) => void): { see(event: LogEvent): void; end(): void } {
  const open = new Map<string | number, Open>();
  /** Of the first host the number of a process is key enough, which saves making a text for each line. */
  let first: string | undefined;

  const close = (key: string | number, one: Open): void => {
    open.delete(key);
    if (!one.refused || one.reason === undefined) return;
    onLogin({ times: 1, outcome: 'refused', reason: one.reason, at: one.at, user: one.user, from: one.from });
  };

  return {
    see(event) {
      const { type, at, pid, port } = event;
      const { outcome } = type;
      if (outcome !== 'in' && outcome !== 'refused' && outcome !== 'hint' && outcome !== 'left' && outcome !== 'fault')
        return;
      if (type.program !== 'sshd' && type.program !== 'pam' && type.program !== 'dropbear') return;
      const alone = pid === undefined || pid === 0 || ALONE.has(type);
      if (alone) {
        if (outcome === 'in' || outcome === 'refused')
          onLogin({
            times: event.times,
            outcome,
            reason: type,
            at,
            user: event.user,
            from: event.from,
            method: event.method,
            key: event.key,
          });
        return;
      }
      const { hostname = '' } = event;
      first ??= hostname;
      const key = hostname === first ? pid : `${pid} ${hostname}`;
      let one = open.get(key);
      const other = one !== undefined && port !== undefined && one.port !== undefined && port !== one.port;
      const old = one?.at !== undefined && at !== undefined && at - one.at > SILENCE_MS;
      if (one !== undefined && (other || old)) {
        close(key, one);
        one = undefined;
      }
      if (outcome === 'in') {
        open.delete(key);
        const { user, from, method } = event;
        onLogin({ times: 1, outcome, reason: type, at, user, from, method, key: event.key });
        return;
      }
      if (one === undefined) {
        one = { at, port, user: undefined, from: undefined, reason: undefined, refused: false };
        open.set(key, one);
        if (open.size > MOST) {
          const [oldest] = open;
          if (oldest !== undefined) close(...oldest);
        }
      }
      one.at = at ?? one.at;
      one.port ??= port;
      one.user ??= event.user;
      one.from ??= event.from;
      if (outcome === 'refused') one.refused = true;
      if (type.weight > 0 && (one.reason === undefined || type.weight > one.reason.weight)) one.reason = type;
      // After these nothing of the process follows.
      if (type.id === 'sshd/closed-unauthenticated' || type.id === 'sshd/disconnected-unauthenticated') close(key, one);
    },
    end() {
      for (const [key, one] of [...open]) close(key, one);
    },
  };
}
