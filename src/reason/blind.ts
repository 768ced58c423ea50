import { CLOUD_COMMANDS } from '../knowledge/cloud-commands.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Side } from '../model/fact.ts';
import { type CauseId, type Gate, gateOf } from '../model/gate.ts';
import { shellQuote } from '../model/remedy.ts';
import type { Blind } from '../model/report.ts';
import type { Obstacle } from './investigate.ts';
import type { OtherServer } from './other-server.ts';

/** The command that would settle what a gap hides. */
function settle(side: Side, section: string, attempt: Attempt): string {
  const who = attempt.user === undefined ? '' : `${attempt.user}@`;
  const again = `sshwhy ${shellQuote(`${who}${attempt.host ?? 'HOST'}`)}`;
  if (side === 'client') return again;
  if (section === 'cloud') return `${again} --cloud FILE`;
  const command = CLOUD_COMMANDS[section];
  if (command !== undefined) return command;
  const words = ['sudo', 'sshwhy', 'server'];
  if (attempt.user !== undefined) words.push('--user', shellQuote(attempt.user));
  if (attempt.from !== undefined) words.push('--from', shellQuote(attempt.from));
  // The fingerprint, because the key file is on the client.
  const [key] = attempt.keys ?? [];
  if (key !== undefined && attempt.user !== undefined) words.push('--key', shellQuote(key));
  if (attempt.port !== undefined && attempt.port !== 22) words.push('--port', String(attempt.port));
  return words.join(' ');
}

/** Which whole side was not looked at, judged by its own marker section. */
export function unseenSides(bundle: Bundle): ReadonlySet<Side> {
  const unseen = new Set<Side>();
  if (!bundle.sections['meta']) unseen.add('server');
  if (!bundle.sections['ssh-config']) unseen.add('client');
  return unseen;
}

/**
 * What could not be seen and which causes that hides, one entry for each gap, or one for a whole side that nobody
 * looked at. Causes of gates that the attempt passed are not hidden: they do not matter to it. `blocked`: something that
 * keeps the attempt out was found.
 */
export function blindSpots(
  obstacles: readonly Obstacle[],
  bundle: Bundle,
  attempt: Attempt,
  passed: ReadonlySet<Gate>,
  blocked: boolean,
  other?: OtherServer,
): Blind[] {
  const unseen = unseenSides(bundle);
  const spots = new Map<string, { blind: Omit<Blind, 'hides'>; hides: Set<CauseId> }>();
  for (const { cause, gap } of obstacles) {
    if (passed.has(gateOf(cause.id))) continue;
    // A probe that was not made because the way ended before it is no blindness: the way has to be opened first.
    if (blocked && gap.from.side === 'client' && gap.gap === 'not-collected' && !unseen.has('client')) continue;
    const whole = unseen.has(gap.from.side);
    const aside = other !== undefined && gap.detail === other.detail;
    const section = whole ? gap.from.side : aside ? other.name : gap.from.section;
    const kind = whole ? 'not-collected' : aside ? 'unsupported' : gap.gap;
    const key = `${kind} ${section}`;
    let spot = spots.get(key);
    if (!spot) {
      const blind = {
        gap: kind,
        section,
        ...(gap.detail !== '' && !whole ? { detail: gap.detail } : {}),
        settleWith: aside ? other.look : settle(gap.from.side, gap.from.section, attempt),
      };
      spots.set(key, (spot = { blind, hides: new Set() }));
    }
    spot.hides.add(cause.id);
  }
  return [...spots.values()].map(({ blind, hides }) => ({ ...blind, hides: [...hides] }));
}
