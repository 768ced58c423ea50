import type { Posted } from '../collect/alert/line.ts';
import { outbox } from '../collect/alert/outbox.ts';
import { type Sender, sender } from '../collect/alert/send.ts';
import { LookError } from '../model/errors.ts';
import type { Alert, EventStore, Incident } from '../model/watch.ts';
import { type Alerting, type AlertingRules, alerting } from '../reason/watch/alerting.ts';
import { type AlertsConfig, alertingRules } from './watch-alerts-config.ts';
import { channelOf } from './watch-channels.ts';
import type { SilencesConfig } from './watch-silences-config.ts';

/** The alerts of one watch. */
export interface Alerts {
  /**
   * Hands over incidents that were opened, have grown or were closed; or none, about once a minute. After a restart all that are open
   * in the store may be handed over: nobody is alerted twice. Sending goes on in the background.
   */
  step(changed: readonly Incident[], now: number): Promise<void>;
  /** Sends a test to every channel, past limits and silences. */
  test(host: string, now: number): Promise<void>;
  drain(timeoutMs: number): Promise<boolean>;
  status(): ReturnType<Sender['status']>;
  close(graceMs?: number): Promise<void>;
}

export interface AlertsOptions {
  readonly alerts: AlertsConfig;
  readonly silences: SilencesConfig;
  /** A folder of its own, for what is on its way. */
  readonly folder: string;
  /** Where it is remembered who was told what: a store. */
  readonly memory: Pick<EventStore, 'memory' | 'remember' | 'incidents'>;
  readonly onPosted?: (posted: Posted) => void;
  /** What the watcher should say about its alerts, e.g. that they cannot be kept. Nothing in it is raw. */
  readonly onTrouble?: (says: string) => void;
}

const MEMORY = 'alerts';

function remembered(rules: AlertingRules, saved: string | undefined, trouble: (says: string) => void): Alerting {
  try {
    return alerting(rules, saved);
  } catch {
    trouble('What was remembered of alerts cannot be read: incidents that are open are told again.');
    return alerting(rules);
  }
}

/** Of incidents that were open when the process was killed, those that were closed in the store just before. */
async function overMeanwhile(
  open: readonly Incident[],
  { incidents }: Pick<EventStore, 'incidents'>,
): Promise<readonly Incident[]> {
  if (open.length === 0) return [];
  const ids = new Set(open.map(({ id }) => id));
  const closed = await incidents({ since: Math.min(...open.map(({ opened }) => opened)), state: 'closed' });
  return closed.filter(({ id }) => ids.has(id));
}

/** Opens the channels and goes on with what was on its way. @throws UsageError, LookError */
export async function openAlerts(options: AlertsOptions): Promise<Alerts> {
  const { alerts, silences, folder, memory, onPosted, onTrouble = () => {} } = options;
  const channels = await Promise.all(alerts.channels.map(channelOf));
  const box = await outbox(folder);
  let saved = await memory.memory(MEMORY);
  const deciding = remembered(alertingRules(alerts, silences), saved, onTrouble);
  // What was kept, but not written down as decided, before the process was killed.
  for (const letter of box.letters()) deciding.took(letter);

  async function save(): Promise<void> {
    const now = deciding.save();
    if (now === saved) return;
    try {
      await memory.remember(MEMORY, now);
      saved = now;
    } catch (error) {
      if (!(error instanceof LookError)) throw error;
      onTrouble(`It cannot be remembered who was alerted: ${error.message}`);
    }
  }
  await save();
  const sending = sender({ channels, outbox: box, ...(onPosted === undefined ? {} : { onPosted }) });
  let last: Promise<void> = Promise.resolve();
  /** One after the other: what is decided second builds on what was written down first. */
  const inTurn = (what: () => Promise<void>): Promise<void> => {
    const turn = last.then(what);
    last = turn.catch(() => undefined);
    return turn;
  };

  const step = (changed: readonly Incident[], now: number): Promise<void> =>
    inTurn(async () => {
      const due = deciding.step(changed, now);
      if (due.length === 0) return save();
      const wrong = await sending.post(due, save);
      if (wrong !== undefined) onTrouble(wrong);
    });
  await step(await overMeanwhile(deciding.open(), memory), Date.now());

  return {
    step,
    test: (host, now) =>
      inTurn(async () => {
        const alert = testAlert(host, now);
        const wrong = await sending.post(channels.map(({ name }) => ({ channel: name, alert })));
        if (wrong !== undefined) onTrouble(wrong);
      }),
    drain: (timeoutMs) => sending.drain(timeoutMs),
    status: () => sending.status(),
    close: async (graceMs) => {
      await last;
      await sending.close(graceMs);
    },
  };
}

function testAlert(host: string, now: number): Alert {
  const id = `test-${new Date(now).toISOString()}`;
  return {
    id,
    kind: 'test',
    at: now,
    heldBack: 0,
    incident: {
      ...{ id, state: 'closed', opened: now, updated: now, urgency: 'notice', about: { host } },
      ...{ title: 'A test', story: [], signals: [], causes: [], advice: [] },
    },
  };
}
