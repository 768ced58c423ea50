import type { WatchEvent } from '../../src/model/watch.ts';
import { attempts } from '../../src/reason/watch/attempts.ts';
import { detectors } from '../../src/reason/watch/detectors.ts';
import { incidents } from '../../src/reason/watch/incidents.ts';
import { random } from './random.ts';

export const EVENTS = 1_000_000;
const BLOCK = 100_000;
export const START = Date.UTC(2026, 10, 2);
/** Events a second of the watched time. */
export const RATE = 5000;
const MINUTE = 60_000;

/** What a server on the Internet has under attack by `sources` addresses: of ten connections seven guess, and one is a login. */
export function* traffic(count: number, sources: number): Generator<WatchEvent[]> {
  const dice = random(7);
  let block: WatchEvent[] = [];
  for (let i = 0; i < count; ) {
    const dozen = dice.upTo(10);
    const id = dozen === 9 ? dice.upTo(500) : dice.upTo(sources);
    const from =
      dozen === 9
        ? `198.51.${id % 7}.${id % 251}`
        : `${1 + ((id >>> 16) & 127)}.${(id >>> 8) & 255}.${id & 255}.${1 + (id % 250)}`;
    const user = dozen === 9 ? `user${id % 100}` : dozen < 3 ? 'root' : `name${dice.upTo(5000)}`;
    const pid = 1000 + (i % 3_000_000);
    const put = (type: string, outcome: string, more: Partial<WatchEvent> = {}): void => {
      block.push({ id: `web1 journal ${i}`, at: START + (i / RATE) * 1000, host: 'web1', type, outcome, pid, ...more });
      i += 1;
    };
    const port = String(1024 + dice.upTo(60_000));
    if (dozen === 9) {
      put('sshd/accepted', 'in', { user, from, port, method: 'publickey' });
      put('pam/session', 'session', { user });
      put('sshd/disconnected-user', 'ended', { user, from, port });
    } else if (dozen < 3) {
      put('pam/authentication-failure', 'hint', { user, from });
      put('sshd/failed-password', 'refused', { user, from, port });
      put('sshd/closed-unauthenticated', 'refused', { user, from, port });
    } else if (dozen < 7) {
      put('sshd/invalid-user', 'refused', { user, from, port });
      put('pam/user-unknown', 'hint', {});
      put('sshd/failed-invalid-user', 'refused', { user, from, port, method: 'password' });
      put('sshd/closed-unauthenticated', 'refused', { user, from, port });
    } else {
      put('sshd/identification-closed', 'left', {});
      put('sshd/closed', 'left', { from, port });
    }
    if (block.length >= BLOCK) {
      yield block;
      block = [];
    }
  }
  yield block;
}

function measure(name: string, sources: number, withIncidents: boolean): void {
  const joined = attempts();
  const all = detectors(joined);
  const keeper = incidents(joined);
  let micros = 0;
  let events = 0;
  let signals = 0;
  let ticked = START;
  const heaps: number[] = [];
  for (const block of traffic(EVENTS, sources)) {
    const before = process.cpuUsage();
    for (const event of block) {
      for (const detector of all) {
        const found = detector.see(event);
        if (found.length === 0) continue;
        signals += found.length;
        if (withIncidents) keeper.add(found);
      }
      if (withIncidents) keeper.see(event);
      if (event.at - ticked < MINUTE) continue;
      ticked = event.at;
      for (const detector of all) detector.tick(ticked, { lines: RATE * 60, unparsed: 0 });
      if (withIncidents) keeper.tick(ticked);
    }
    const { user, system } = process.cpuUsage(before);
    micros += user + system;
    events += block.length;
    globalThis.gc?.();
    heaps.push(process.memoryUsage().heapUsed / 1e6);
  }
  const half = heaps[heaps.length >> 1] ?? 0;
  const saved = all.map((detector) => detector.save?.().length ?? 0);
  console.log(
    `${name.padEnd(40)} ${Math.round(events / (micros / 1e6))} events/s, ${signals} signals, heap half way ${half.toFixed(0)} MB, at the end ${(heaps.at(-1) ?? 0).toFixed(0)} MB, saved ${(saved.reduce((a, b) => a + b) / 1e6).toFixed(1)} MB`,
  );
}

/** Seconds of the processor, which a busy machine does not decide. Run with `node --expose-gc` for the heap. */
export function speed(): void {
  measure('1,000 addresses, detectors', 1000, false);
  measure('8 million addresses, detectors', 8_000_000, false);
  measure('1,000 addresses, and incidents', 1000, true);
  measure('8 million addresses, and incidents', 8_000_000, true);
}
