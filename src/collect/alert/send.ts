import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from '../../model/watch.ts';
import type { Due } from '../../reason/watch/alerting.ts';
import { line, type Patience, type Posted } from './line.ts';
import type { Letter, Outbox } from './outbox.ts';

export interface SenderOptions extends Partial<Patience> {
  readonly channels: readonly Channel[];
  readonly outbox: Outbox;
  readonly onPosted?: (posted: Posted) => void;
}

export interface Sender {
  /**
   * Keeps alerts on the disk, lets the caller write down that they are decided, and sends them only then, in its own time: whatever
   * moment the process is killed at, none is lost, and what is sent again has the same id. Wait for it before the next one.
   * @throws what `written` throws; they are sent all the same. Returns why the disk does not keep them, if it does not.
   */
  post(due: readonly Due[], written?: () => Promise<void>): Promise<string | undefined>;
  /** Returns true when nothing waits any more, false when the time is up. */
  drain(timeoutMs: number): Promise<boolean>;
  /** By channel: how many wait, and what went wrong last. */
  status(): readonly { readonly channel: string; readonly waiting: number; readonly wrong?: string }[];
  /** Sends what can be sent within `graceMs`. What waits for another try is sent after the next start. */
  close(graceMs?: number): Promise<void>;
}

const PATIENCE: Patience = { timeoutMs: 30_000, firstMs: 2000, mostMs: 900_000, giveUpMs: 86_400_000 };
const POLL_MS = 20;

/** Sends what is in the outbox, at once and after a restart. A channel that is down does not hold up the others. */
export function sender({ channels, outbox, onPosted = () => {}, ...patience }: SenderOptions): Sender {
  /** Letters up to this number may go. */
  let released = 0;
  const release = (): void => {
    released = Math.max(released, ...outbox.letters().map(({ number }) => number));
    for (const one of lines) one.kick();
  };
  const lines = channels.map((channel) =>
    line(channel, () => outbox.letters().filter(({ number }) => number <= released), take, onPosted, {
      ...PATIENCE,
      ...patience,
    }),
  );

  /** A letter that cannot be deleted is forgotten until the next start, and sent again then, with the same id. */
  async function take(letter: Letter): Promise<void> {
    await outbox.remove(letter).catch(() => undefined);
  }

  const lost = ({ channel, alert }: Due, says: string): void =>
    onPosted({ channel, alertId: alert.id, heldBack: alert.heldBack, outcome: 'lost', says });

  /** Of a channel that was taken out of the configuration. */
  async function orphans(): Promise<void> {
    for (const letter of outbox.letters()) {
      if (channels.some(({ name }) => name === letter.channel)) continue;
      await take(letter);
      lost(letter, `${letter.channel}: there is no channel of this name any more`);
    }
  }

  const left = (): number => lines.reduce((sum, one) => sum + one.waiting().length, 0);
  void orphans();
  release();

  return {
    post: async (due, written) => {
      const { gone, wrong } = await outbox.put(due, Date.now());
      for (const letter of gone)
        lost(letter, `too many alerts wait; the oldest had to go, from ${new Date(letter.since).toISOString()}`);
      try {
        await written?.();
      } finally {
        release();
      }
      return wrong;
    },
    drain: async (timeoutMs) => {
      const end = Date.now() + timeoutMs;
      while (left() > 0) {
        if (Date.now() >= end) return false;
        await sleep(POLL_MS);
      }
      return true;
    },
    status: () =>
      lines.map((one) => {
        const wrong = one.wrong();
        return { channel: one.name, waiting: one.waiting().length, ...(wrong === undefined ? {} : { wrong }) };
      }),
    close: async (graceMs = 5000) => {
      const end = Date.now() + graceMs;
      while (lines.some((one) => one.busy()) && Date.now() < end) await sleep(POLL_MS);
      await Promise.all(lines.map((one) => one.close(0)));
    },
  };
}
