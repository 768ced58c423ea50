import type { EventType, Program } from '../../knowledge/events/event.ts';
import { debugOf } from '../client/pasted.ts';
import { envelopeReader } from './envelope.ts';
import { onPage } from './page.ts';
import { emptyEnvelope } from './sender.ts';
import { zoneOf } from './stamp.ts';
import { eventOf, type Said } from './typed-event.ts';

/** A kind of message in a text, and the first line of it. */
export interface Explained {
  readonly type: EventType;
  readonly line: string;
  count: number;
}

/** What the lines of a text say: each kind once, in their order; lines of no known kind; lines of debugging, which say nothing by themselves. */
export interface ExplainedText {
  readonly kinds: readonly Explained[];
  readonly unknown: number;
  readonly debug: number;
  /** Kinds that are left out. */
  readonly more?: number;
}

/** Programs that a line without an envelope may be of: the client's own words come first. */
const BARE: readonly Program[] = ['ssh', 'sshd', 'dropbear', 'systemd', 'logind', 'fail2ban', 'sshguard', 'kernel'];

const SPEAKERS: Readonly<Record<'ssh' | 'sshd', readonly Program[]>> = { ssh: ['ssh'], sshd: ['sshd'] };
const NOWHERE: Said = { at: undefined, host: '', pid: 0 };

/**
 * What the lines of a text say, in their order, each kind once: of the log of a server, of what ssh printed (`-v` or not),
 * or single messages. A line that two programs write has both meanings, unless the text is the debug output of one of them.
 */
export function explained(text: string): ExplainedText {
  const utc = zoneOf('UTC') ?? (() => 0);
  const read = envelopeReader(utc, 0);
  const envelope = emptyEnvelope();
  const kinds = new Map<string, Explained>();
  const speaker = debugOf(text);
  const bare = speaker === undefined ? BARE : SPEAKERS[speaker];
  let unknown = 0;
  let debug = 0;
  for (const raw of text.split(/\r?\n/)) {
    const debugging = /^debug[123]: /.test(raw);
    // Of ssh these are its way, which is told as a whole; sshd says the same as in its log.
    if (debugging && speaker === 'ssh') {
      debug += 1;
      continue;
    }
    const line = raw
      .replace(/^debug[123]: /, '')
      .trim()
      .slice(0, 4096);
    if (line === '') continue;
    const types = onPage(line, (length) => {
      const enveloped = read(0, length, envelope);
      const { program } = envelope;
      const programs = enveloped ? (program === undefined ? [] : [program]) : bare;
      return programs.flatMap((one) => eventOf(one, enveloped ? envelope.message : 0, length, NOWHERE)?.type ?? []);
    });
    for (const type of types) {
      const known = kinds.get(type.id);
      if (known === undefined) kinds.set(type.id, { type, line, count: 1 });
      else known.count += 1;
    }
    if (types.length > 0) continue;
    if (debugging) debug += 1;
    else unknown += 1;
  }
  return { kinds: [...kinds.values()], unknown, debug };
}
