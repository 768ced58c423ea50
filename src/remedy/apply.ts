import type { Ran, Transport } from '../transport/transport.ts';
import { isId } from './id.ts';
import { type ApplyScript, applyScript, dryScript, type Manage, manageScript } from './script.ts';

/** What became of the changes on the machine. */
export interface Applied {
  /** `refused`: nothing was changed. `restored`: what was changed is back. `damaged`: not all of it; `why` names the log. */
  readonly state: 'applied' | 'refused' | 'restored' | 'damaged' | 'unknown';
  readonly why?: string;
  readonly guard?: 'systemd' | 'process';
  /** Lines of `sshd -T` that came (`+`) or went (`-`). */
  readonly effects: readonly string[];
  readonly warnings: readonly string[];
}

/** A fix that the machine remembers. */
export interface Remembered {
  readonly id: string;
  readonly state: 'armed' | 'confirmed' | 'restoring' | 'restored' | 'unknown';
  readonly cause: string;
  readonly summary: string;
  readonly at: string;
}

interface Line {
  readonly key: string;
  readonly text: string;
}

const LINES_MAX = 20_000;

/** The lines `@@ KEY TEXT` of what a machine said, keys in lower-case letters; whatever else it said is left out. */
export function linesOf(stdout: string): Line[] {
  return stdout.split('\n', LINES_MAX).flatMap((line) => {
    const found = /^@@ ([a-z]+)(?: (.*))?$/s.exec(line);
    return found?.[1] === undefined ? [] : [{ key: found[1], text: found[2] ?? '' }];
  });
}

const all = (lines: readonly Line[], key: string): string[] =>
  lines.filter((line) => line.key === key).map(({ text }) => text);

const ENDS = ['applied', 'refused', 'restored', 'damaged'] as const;

function ended(ran: Ran): Applied {
  const lines = linesOf(ran.stdout);
  const end = lines.findLast(({ key }) => ENDS.some((one) => one === key));
  const state = ENDS.find((one) => one === end?.key) ?? 'unknown';
  const said = ran.stderr.trim().split('\n').at(-1) ?? '';
  const why =
    state === 'applied' ? undefined : (end?.text ?? (said || `the machine did not answer (status ${ran.code})`));
  const [guard] = all(lines, 'armed');
  return {
    state,
    ...(why === undefined ? {} : { why }),
    ...(guard === 'systemd' || guard === 'process' ? { guard } : {}),
    effects: all(lines, 'effect'),
    warnings: all(lines, 'warning'),
  };
}

const APPLY_MS = 180_000;
const PACKAGE_MS = 960_000;
const MANAGE_MS = 120_000;

/**
 * Makes the changes, under a guard of the machine.
 * `unknown`: the line was lost meanwhile; the guard takes the changes back unless they are confirmed.
 * @throws LookError when the door cannot be opened; the reason of `signal` on abort.
 */
export async function apply(door: Transport, o: ApplyScript, signal?: AbortSignal): Promise<Applied> {
  const slow = o.changes.some(({ kind }) => kind === 'command');
  return ended(
    await door.run(applyScript(o), { timeoutMs: slow ? PACKAGE_MS : APPLY_MS, ...(signal ? { signal } : {}) }),
  );
}

/** What the changes would do, as lines of a diff; or why they would be refused. Changes nothing. */
export async function preview(
  door: Transport,
  o: ApplyScript,
  signal?: AbortSignal,
): Promise<{ readonly diff: readonly string[]; readonly refused?: string }> {
  const ran = await door.run(dryScript(o), { timeoutMs: MANAGE_MS, ...(signal ? { signal } : {}) });
  const lines = linesOf(ran.stdout);
  const [refused] = all(lines, 'refused');
  const whole = lines.some(({ key }) => key === 'done');
  if (refused !== undefined) return { diff: all(lines, 'diff'), refused };
  return whole ? { diff: all(lines, 'diff') } : { diff: [], refused: ended(ran).why ?? 'the machine did not answer' };
}

/** What the machine says of it: the state that it is in now, `changed` files that stand in the way, and more. */
export async function manage(door: Transport, o: Manage, signal?: AbortSignal): Promise<readonly Line[]> {
  const ran = await door.run(manageScript(o), { timeoutMs: MANAGE_MS, ...(signal ? { signal } : {}) });
  return linesOf(ran.stdout);
}

const STATES = ['armed', 'confirmed', 'restoring', 'restored'] as const;

/** The fixes that a machine remembers, oldest first. */
export async function remembered(door: Transport, signal?: AbortSignal): Promise<Remembered[]> {
  const found: { id: string; state: string; about: Map<string, string> }[] = [];
  for (const { key, text } of await manage(door, { action: 'list' }, signal)) {
    const last = found.at(-1);
    if (key === 'fix') found.push({ id: text, state: '', about: new Map() });
    else if (key === 'state' && last) last.state = text;
    else if (key === 'about' && last)
      last.about.set(text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1));
  }
  return found
    .filter(({ id }) => isId(id))
    .map(({ id, state, about }) => ({
      id,
      state: STATES.find((one) => one === state) ?? ('unknown' as const),
      cause: about.get('cause') ?? '',
      summary: about.get('summary') ?? '',
      at: about.get('at') ?? '',
    }))
    .sort((a, b) => (a.at < b.at ? -1 : 1));
}
