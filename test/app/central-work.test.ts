import { describe, expect, it } from 'vitest';
import { acrossWork } from '../../src/app/central-across.ts';
import { hostsWork } from '../../src/app/central-hosts.ts';
import { keeper } from '../../src/app/central-memory.ts';
import { acrossMind, type HostsMind, hostsMind } from '../../src/app/central-minds.ts';
import { passingStore } from '../../src/collect/store/passing.ts';
import type { EventStore, WatchEvent } from '../../src/model/watch.ts';
import type { HostWord } from '../../src/reason/watch/host-words.ts';
import type { IncidentChange } from '../../src/reason/watch/incidents.ts';
import { eventAt } from '../collect/store-contract.ts';

const failed = (number: number, more: Partial<WatchEvent> = {}): WatchEvent =>
  eventAt(`web1/${number}`, Date.now() - 600_000 + number * 1000, {
    ...{ host: 'web1', user: `user${number}`, from: '203.0.113.9', port: `${1000 + number}`, pid: 100 + number },
    ...more,
  });
const parcel = (events: readonly WatchEvent[], host = 'web1') => ({
  host,
  events,
  lines: { all: events.length, unparsed: 0, other: 0 },
});
const lost = (): never => {
  throw new Error('nothing was to be lost');
};
const ids = (words: readonly HostWord[]): readonly (string | undefined)[] => words.map(({ event }) => event?.id);

describe('the work of a part of the hosts', () => {
  it('hands on what concerns whoever watches across, once, and in the same message until the broker has it', async () => {
    const memory = await keeper(passingStore(), hostsMind, lost).of('central/S/1');
    const sent: { readonly id: string; readonly words: readonly HostWord[] }[] = [];
    let away = true;
    const work = hostsWork(memory, { store: passingStore() }, async (words, id) => {
      sent.push({ id, words });
      if (away) throw new Error('no responders');
    });
    const parcels = [parcel([failed(1), failed(2, { type: 'sshd/connection', outcome: 'hint' }), failed(3)])];
    await expect(work.take(parcels)).rejects.toThrow('no responders');
    away = false;
    await work.take([...parcels, parcel([failed(4)])]);
    const [first, second, third] = sent;
    expect(ids(first?.words ?? [])).toEqual(['web1/1', 'web1/3']);
    expect(second).toEqual(first);
    expect(ids(third?.words ?? [])).toEqual(['web1/4']);
    expect(third?.id).not.toBe(first?.id);
    expect(sent).toHaveLength(3);
  });

  it('cuts what is much into several messages, and long names short', async () => {
    const memory = await keeper(passingStore(), hostsMind, lost).of('central/S/1');
    const sizes: number[] = [];
    const seen: (string | undefined)[] = [];
    const work = hostsWork(memory, { store: passingStore() }, async (words) => {
      sizes.push(JSON.stringify(words).length);
      seen.push(...ids(words));
    });
    const events = Array.from({ length: 3000 }, (_, i) =>
      failed(i % 500, { id: `web1/${i}`, user: 'x'.repeat(9000), pid: i + 1 }),
    );
    await work.take([parcel(events)]);
    expect(seen).toEqual(events.map(({ id }) => id));
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.max(...sizes)).toBeLessThan(600_000);
  });

  it('hands on nothing before the store has it', async () => {
    const memory = await keeper(passingStore(), hostsMind, lost).of('central/S/1');
    const store: EventStore = { ...passingStore(), put: () => Promise.reject(new Error('the store is away')) };
    const work = hostsWork(memory, { store }, lost);
    await expect(work.take([parcel([failed(1)])])).rejects.toThrow('the store is away');
  });

  it('goes on with what it knew when it comes back, and with what another has saved meanwhile', async () => {
    const store = passingStore();
    const made: HostsMind[] = [];
    const kept = keeper(store, () => made[made.push(hostsMind()) - 1] as HostsMind, lost);
    const memory = await kept.of('central/S/1');
    await hostsWork(memory, { store }, async () => undefined).close();
    expect((await kept.of('central/S/1')).mind).toBe(made[0]);
    await store.remember('central/S/1', hostsMind().save().replace('{', '{"of another":"",'));
    expect((await kept.of('central/S/1')).mind).toBe(made[1]);
    expect(made).toHaveLength(2);
  });
});

describe('the work across', () => {
  const spraying = (): readonly HostWord[] => {
    const hosts = hostsMind();
    for (let i = 0; i < 30; i++) hosts.see(failed(i));
    return hosts.drain();
  };

  it('makes one incident of what comes twice, and tells of it again until the store has it', async () => {
    const changes: IncidentChange[] = [];
    let away = true;
    const store: EventStore = {
      ...passingStore(),
      putIncident: async () => {
        if (away) throw new Error('the store is away');
      },
    };
    const memory = await keeper(store, acrossMind, lost).of('central/S/across');
    const work = acrossWork(memory, { store, onChange: (change) => void changes.push(change) });
    const words = spraying();
    await expect(work.take([words])).rejects.toThrow('the store is away');
    expect(changes).toEqual([]);
    away = false;
    await work.take([words]);
    const opened = changes.filter(({ kind }) => kind === 'opened');
    expect(opened).toHaveLength(1);
    const many = changes.length;
    await work.take([words]);
    expect(changes).toHaveLength(many);
  });

  it('goes on with an open incident in another process', async () => {
    const store = passingStore();
    const first = acrossWork(await keeper(store, acrossMind, lost).of('central/S/across'), { store });
    await first.take([spraying()]);
    await first.close();
    const changes: IncidentChange[] = [];
    const second = acrossWork(await keeper(store, acrossMind, lost).of('central/S/across'), {
      store,
      onChange: (change) => void changes.push(change),
    });
    const banned = {
      id: 'ban',
      at: Date.now(),
      host: 'web9',
      type: 'fail2ban/ban',
      outcome: 'ban',
      from: '203.0.113.9',
    };
    await second.take([[{ event: banned }]]);
    expect(changes.map(({ kind }) => kind)).toEqual(['grown']);
    expect((await store.incidents({ since: 0 })).map(({ id }) => id)).toEqual([changes[0]?.incident.id]);
  });
});
