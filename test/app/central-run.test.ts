import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CentralOptions } from '../../src/app/central.ts';
import type { WatchScreen } from '../../src/app/watch.ts';
import type { Consumed } from '../../src/collect/broker/consume.ts';
import { LookError, UsageError } from '../../src/model/errors.ts';
import type { EventStore, Incident } from '../../src/model/watch.ts';
import { batchOf, eventAt } from '../collect/store-contract.ts';

/** What stands in for the broker: the options that it was given, and its end. */
const broker = vi.hoisted(() => ({
  options: undefined as CentralOptions | undefined,
  refuses: undefined as Error | undefined,
  end: (): void => undefined,
}));
vi.mock('../../src/app/central.ts', () => ({
  watchCentral: async (options: CentralOptions) => {
    if (broker.refuses !== undefined) throw broker.refuses;
    broker.options = options;
    const ended = new Promise<void>((done) => {
      broker.end = done;
    });
    return { counts: (): Consumed => ({ messages: 2, events: 3, dead: 0, again: 0, parts: [1] }), ended };
  },
}));

const { runCentral } = await import('../../src/app/central-run.ts');
const { openStore } = await import('../../src/collect/store/open.ts');
const { readWatchConfig } = await import('../../src/app/watch-config.ts');

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'sshwhy-central-'));
  broker.options = undefined;
  broker.refuses = undefined;
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(dir, { recursive: true, force: true });
});

const incident = (id: string, more: Partial<Incident> = {}): Incident => ({
  ...{
    id,
    state: 'open',
    opened: 1,
    updated: Date.now(),
    urgency: 'page',
    about: { host: 'web1', from: '203.0.113.9' },
  },
  ...{ title: 'guessed', story: ['it began'], signals: [], causes: [], advice: [] },
  ...more,
});

/** Starts it; returns what it said and how it ended. */
function started(yaml = '', more: { readonly from?: string } = {}) {
  const notes: string[] = [];
  const shown: string[] = [];
  const minutes: number[] = [];
  const screen: WatchScreen = {
    onNote: (note) => void notes.push(note),
    onBatch: ({ events }) => void shown.push(...events.map(({ id }) => id)),
    onChange: ({ kind, incident: { id } }) => void shown.push(`${kind} ${id}`),
    onMinute: (minute) => void minutes.push(minute),
  };
  const store = path.join(dir, 'events.db');
  const config = readWatchConfig('watch.yaml', yaml);
  const run = runCentral(
    { from: 'nats://127.0.0.1:1', store, folder: dir, config, ...more },
    screen,
    new AbortController().signal,
  );
  const options = () =>
    vi.waitFor(() => {
      if (broker.options === undefined) throw new Error('not yet');
      return broker.options;
    });
  return { notes, shown, minutes, run, options, store };
}

/** A command that writes what it is given to a file. */
function alertsTo(file: string): string {
  const script = path.join(dir, 'tell.sh');
  writeFileSync(script, `#!/bin/sh\ncat >> ${file}\n`, { mode: 0o755 });
  return `alerts:\n  channels:\n    - kind: command\n      argv: [${script}]\n`;
}

describe('sshwhy watch central', () => {
  it('shows what was stored and what became of incidents, and returns what was consumed', async () => {
    const { run, options, shown, notes } = started();
    const { onBatch, onChange, onState, store } = await options();
    await store.put(batchOf([eventAt('one')]));
    await onBatch?.(batchOf([eventAt('one')]));
    await onChange?.({ kind: 'opened', incident: incident('i1') });
    onState?.('parts', '16 of 16');
    onState?.('trouble', 'the broker is away');
    broker.end();
    expect(await run).toMatchObject({ events: 3, messages: 2 });
    expect(shown).toEqual(['one', 'opened i1']);
    expect(notes).toEqual(['has 16 of 16', 'the broker is away']);
  });

  it('leaves the store open to the next one, with what it remembers of alerts under the name of this host', async () => {
    const { run, options, store: file } = started(alertsTo(path.join(dir, 'told')));
    const { onChange } = await options();
    await onChange?.({ kind: 'opened', incident: incident('i1') });
    await vi.waitFor(() => expect(existsSync(path.join(dir, 'told'))).toBe(true), 30_000);
    broker.end();
    await run;
    const again = await openStore(file);
    expect(await again.memory(`central/${hostname()}/alerts`)).toBeDefined();
    expect(await again.memory('alerts')).toBeUndefined();
    await again.close();
  });

  it('tells nobody of incidents that are open in the store when it starts: others may have them', async () => {
    const before: EventStore = await openStore(path.join(dir, 'events.db'));
    await before.putIncident(incident('of another'));
    await before.close();
    const told = path.join(dir, 'told');
    const { run, options } = started(alertsTo(told));
    const { onChange } = await options();
    await onChange?.({ kind: 'opened', incident: incident('own') });
    await vi.waitFor(() => expect(existsSync(told)).toBe(true), 30_000);
    broker.end();
    await run;
    const text = readFileSync(told, 'utf8');
    expect(text).toContain('own');
    expect(text).not.toContain('of another');
  });

  it('does not hand to a broker again what came from one', async () => {
    const { run, options } = started('publish:\n  nats: nats://127.0.0.1:1\n');
    const { onBatch } = await options();
    await onBatch?.(batchOf([eventAt('one')]));
    broker.end();
    await run;
    expect(existsSync(path.join(dir, 'central', 'spool'))).toBe(false);
  });

  it('makes the store smaller by what watch.yaml keeps, while it runs and not after', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { run, options, minutes } = started('keep:\n  days: 7\n');
    const { store } = await options();
    const day = 86_400_000;
    await store.put(batchOf([eventAt('old', Date.now() - 8 * day), eventAt('young', Date.now() - 6 * day)]));
    await vi.advanceTimersByTimeAsync(600_000);
    const left = async () => (await store.events({ limit: 10 })).map(({ id }) => id);
    for (let tries = 0; tries < 100 && (await left()).length > 1; tries++) await sleep(20);
    expect(await left()).toEqual(['young']);
    expect(minutes).toHaveLength(10);
    expect(minutes.every((minute) => minute % 60_000 === 0)).toBe(true);
    broker.end();
    await run;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets go of the store when the broker cannot be reached', async () => {
    broker.refuses = new LookError('the broker nats://127.0.0.1:1 (SSHWHY): refused');
    const { run, store } = started();
    await expect(run).rejects.toThrow('refused');
    await (await openStore(store)).close();
  });

  it('refuses an address that is none before it touches the store', async () => {
    const { run, store } = started('', { from: 'http://127.0.0.1' });
    await expect(run).rejects.toThrow(UsageError);
    expect(existsSync(store)).toBe(false);
  });
});
