import type { EventType, Program } from '../../knowledge/events/event.ts';
import { blockOf } from './block.ts';
import { emptyEnvelope, envelopeReader } from './envelope.ts';
import { zoneOf } from './stamp.ts';
import { eventOf, type Said } from './typed-event.ts';

/** A kind of message in a text, and the first line of it. */
export interface Explained {
  readonly type: EventType;
  readonly line: string;
  count: number;
}

/** Programs that a line without an envelope may be of: the client's own words come first. */
const BARE: readonly Program[] = ['ssh', 'sshd', 'dropbear', 'systemd', 'logind', 'fail2ban', 'sshguard', 'kernel'];

const NOWHERE: Said = { at: undefined, host: '', pid: 0 };

/**
 * What the lines of a text say, in their order, each kind once: of the log of a server, of what ssh printed (`-v` or not),
 * or single messages. A line that two programs write has both meanings.
 */
export function explained(text: string): { readonly kinds: readonly Explained[]; readonly unknown: number } {
  const utc = zoneOf('UTC') ?? (() => 0);
  const read = envelopeReader(utc, 0);
  const envelope = emptyEnvelope();
  const kinds = new Map<string, Explained>();
  let unknown = 0;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw
      .replace(/^debug[123]: /, '')
      .trim()
      .slice(0, 4096);
    if (line === '') continue;
    const block = blockOf(line);
    const { length } = block.text;
    const enveloped = read(block, 0, length, envelope);
    const { program } = envelope;
    const programs = enveloped ? (program === undefined ? [] : [program]) : BARE;
    let found = false;
    for (const one of programs) {
      const event = eventOf(one, block, enveloped ? envelope.message : 0, length, NOWHERE);
      if (event === undefined) continue;
      found = true;
      const known = kinds.get(event.type.id);
      if (known === undefined) kinds.set(event.type.id, { type: event.type, line, count: 1 });
      else known.count += 1;
    }
    if (!found) unknown += 1;
  }
  return { kinds: [...kinds.values()], unknown };
}
