import { sectionName } from '../facts/bundle.ts';
import { daemon } from '../facts/daemon.ts';
import { problems } from '../facts/sshd/check.ts';
import { readsDropIn, rereads } from '../facts/sshd/drop-in.ts';
import { word } from '../facts/sshd/index.ts';
import { runningConfig } from '../facts/sshd/running.ts';
import type { Bundle } from '../model/bundle.ts';
import { type ControlResult, type HardenChange, type HardenPlan, type Profile, resultKey } from '../model/hardening.ts';
import { judgeControls } from '../reason/harden/judge.ts';
import { canBecomeRoot, keyLogins } from '../reason/harden/logins.ts';
import { DROP_IN, dropIn } from './drop-in.ts';

/** The server with other files: what it would be like. */
function withFiles(bundle: Bundle, texts: Readonly<Record<string, string>>): Bundle {
  const sections = Object.fromEntries(
    Object.entries(texts).map(([path, text]) => [
      sectionName(path),
      { status: 'ok' as const, text: text.replace(/\n$/, '') },
    ]),
  );
  return { ...bundle, sections: { ...bundle.sections, ...sections } };
}

const textOf = (bundle: Bundle, path: string): string | undefined => {
  const found = bundle.sections[sectionName(path)];
  return found?.status === 'ok' ? found.text : undefined;
};

interface Draft {
  readonly change: HardenChange;
  readonly after: Bundle;
  readonly satisfied: ReadonlySet<string>;
}

/** What the lines come to when they stand there; nothing where sshd would not start with them. */
function drafted(
  bundle: Bundle,
  results: readonly ControlResult[],
  profile: Profile,
  today: string,
  change: HardenChange,
): Draft | undefined {
  const texts =
    change.kind === 'write'
      ? { [change.file]: change.text }
      : change.kind === 'prepend'
        ? { [change.file]: [...change.lines, textOf(bundle, change.file) ?? ''].join('\n') }
        : {};
  const after = withFiles(bundle, texts);
  const before = runningConfig.read(bundle);
  const then = runningConfig.read(after);
  if (!then.known || !before.known) return undefined;
  const known = new Set(problems(before.value.config).map(({ text }) => text));
  if (problems(then.value.config).some(({ text }) => !known.has(text))) return undefined;
  const judged = new Map(judgeControls(after, profile, today).map((result) => [resultKey(result), result.status]));
  // Some fail for what only follows: without passwords there is nothing to guess.
  const wanted = results.filter(({ status }) => status === 'fail').map(resultKey);
  return { change, after, satisfied: new Set(wanted.filter((key) => judged.get(key) === 'pass')) };
}

/** The one file, or lines in front of sshd_config where the file is not read or comes too late. */
function configDraft(
  bundle: Bundle,
  results: readonly ControlResult[],
  profile: Profile,
  today: string,
): Draft | undefined {
  const running = runningConfig.read(bundle);
  if (!running.known) return undefined;
  const { config, main } = running.value;
  const of = (change: HardenChange) => drafted(bundle, results, profile, today, change);
  const whole = dropIn(results, config, textOf(bundle, DROP_IN));
  const alone = dropIn(results, config);
  if (whole === undefined || alone === undefined) return undefined;
  const inFolder = readsDropIn(config, main, DROP_IN).read
    ? of({ kind: 'write', file: DROP_IN, text: whole, mode: '0600', owner: 'root:root' })
    : undefined;
  const wanted = results.filter(({ status, repair }) => status === 'fail' && repair?.kind === 'line').map(resultKey);
  if (inFolder && wanted.every((key) => inFolder.satisfied.has(key))) return inFolder;
  const inFront = of({ kind: 'prepend', file: main, lines: alone.trimEnd().split('\n') });
  const best = [inFolder, inFront]
    .filter((draft) => draft !== undefined)
    .toSorted((a, b) => b.satisfied.size - a.satisfied.size)[0];
  return best && best.satisfied.size > 0 ? best : undefined;
}

const passwordsLetIn = (bundle: Bundle): boolean => {
  const running = runningConfig.read(bundle);
  if (!running.known) return false;
  return ['passwordauthentication', 'kbdinteractiveauthentication'].some(
    (keyword) => word(running.value.config, keyword, {}) === 'yes',
  );
};

/**
 * The changes that satisfy what failed, as far as a machine should make them, and what they come to: worked out on the
 * bundle itself, by the evaluator that found the failures.
 */
export function hardenPlan(
  bundle: Bundle,
  results: readonly ControlResult[],
  profile: Profile,
  today: string,
): HardenPlan {
  const failed = results.filter(({ status }) => status === 'fail');
  const draft = configDraft(bundle, results, profile, today);
  const others = failed.flatMap(({ repair }): HardenChange[] => {
    if (repair?.kind === 'mode' || repair?.kind === 'owner') return [repair];
    return repair?.kind === 'unit'
      ? [{ kind: 'unit', unit: repair.unit.replace(/\.service$/, ''), action: 'enable' }]
      : [];
  });
  const satisfied = (result: ControlResult): boolean =>
    draft?.satisfied.has(resultKey(result)) === true || ['mode', 'owner', 'unit'].includes(result.repair?.kind ?? '');
  const left = failed
    .filter((result) => !satisfied(result))
    .map((result) => ({
      result: resultKey(result),
      steps: result.repair?.kind === 'manual' ? result.repair.steps : [byHand(result)],
    }));
  const [before, after] = [keyLogins(bundle), keyLogins(draft?.after ?? bundle)];
  const stays = new Set(after.map(({ user, key }) => `${user} ${key}`));
  return {
    changes: [...others, ...(draft ? [draft.change, ...rereads(daemon.read(bundle))] : [])],
    satisfies: failed.filter(satisfied).map(resultKey),
    left,
    endsPasswords: draft !== undefined && passwordsLetIn(bundle) && !passwordsLetIn(draft.after),
    shutOut: before.filter(({ user, key }) => !stays.has(`${user} ${key}`)),
    keepers: after.filter(({ user }) => canBecomeRoot(bundle, user)),
  };
}

function byHand({ evidence, wanted }: ControlResult): string {
  const places = evidence.map(({ section, line }) => `${section.replace(/^file:/, '')}:${line}`).join(', ');
  return places === ''
    ? `Set it by hand (wanted: ${wanted}).`
    : `Change ${places} by hand: a line in front of it has no effect (wanted: ${wanted}).`;
}
