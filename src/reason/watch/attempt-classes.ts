import type { EventType } from '../../knowledge/events/event.ts';
import { eventTypes } from '../../knowledge/events/index.ts';

type Class = 'password' | 'by-method' | 'named' | 'unknown-name' | 'key' | 'over' | 'in' | 'left' | 'dropped';

const KEYS = new Set(['sshd/failed-publickey', 'sshd/failed-certificate', 'sshd/failed-none']);
const OVER = new Set([
  'sshd/closed-unauthenticated',
  'sshd/disconnected-unauthenticated',
  'sshd/disconnecting',
  'sshd/max-attempts',
  'dropbear/exit-refused',
  'dropbear/max-tries',
]);
const PASSWORDS = new Set(['sshd/failed-password', 'sshd/failed-keyboard-interactive', 'dropbear/bad-password']);
const BY_METHOD = new Set(['sshd/failed-invalid-user', 'sshd/failed-other']);
const UNKNOWN = new Set(['sshd/invalid-user', 'dropbear/unknown-user']);
/** Written for connections that had logged in, too, or beside another line that counts. */
const NOT_ALONE = new Set([
  'sshd/received-disconnect',
  'sshd/disconnecting-old',
  'sshd/packet-fatal',
  'sshd/dispatch-fatal',
]);

function classOf({ id, program, outcome, gate }: EventType): Class | undefined {
  if (program !== 'sshd' && program !== 'dropbear') return undefined;
  if (outcome === 'in') return 'in';
  if (NOT_ALONE.has(id)) return undefined;
  if (KEYS.has(id)) return 'key';
  if (OVER.has(id)) return 'over';
  if (PASSWORDS.has(id)) return 'password';
  if (BY_METHOD.has(id)) return 'by-method';
  if (UNKNOWN.has(id)) return 'unknown-name';
  if (outcome === 'left') return 'left';
  if (outcome !== 'refused') return undefined;
  if (gate === 'auth') return 'named';
  if (gate === 'admission' && id !== 'sshd/grace-timeout' && id !== 'sshd/grace-alarm') return 'dropped';
  return gate === 'daemon' ? undefined : 'left';
}

/** What each type of event is to an attempt; types that are nothing to it are missing. */
export const CLASSES: ReadonlyMap<string, Class> = new Map(
  eventTypes.flatMap((type) => {
    const found = classOf(type);
    return found === undefined ? [] : [[type.id, found] as const];
  }),
);
