import type { Evidence } from '../../../model/finding.ts';
import type { ShadowEntry } from '../../accounts.ts';
import { type Asked, type Module, say } from '../asked.ts';
import type { Answer } from '../stack.ts';

const DAY_MS = 86_400_000;

const quoted = ({ line, text }: ShadowEntry): Evidence => ({
  side: 'server',
  section: 'shadow',
  line,
  text: text.replaceAll('\t', ' '),
});

/** check_shadow_expiry() of passverify.c: dates of shadow(5); a password that cannot match is no matter here. */
function dates(
  { lastChange, max, inactive, expire }: ShadowEntry,
  now: number,
  late: boolean | undefined,
): Answer | undefined {
  const today = Math.floor(now / DAY_MS);
  if (expire !== undefined && today >= expire) return 'acct_expired';
  if (lastChange === 0) return 'new_authtok_reqd';
  if ((lastChange !== undefined && lastChange > today) || max === undefined) return 'success';
  // A day that is not set is day -1 before 1.6, and switches all of it off since then.
  if (lastChange === undefined && late !== false) return late || today < max ? 'success' : undefined;
  const passed = today - (lastChange ?? -1);
  // Since 1.6 on the day itself, before that on the day after.
  const over = (days: number): boolean | undefined => (passed === days ? late : passed > days);
  if (inactive !== undefined && inactive >= 0) {
    const dead = over(max + inactive);
    if (dead !== false) return dead && 'authtok_expired';
  }
  const old = over(max);
  return old === undefined ? undefined : old ? 'new_authtok_reqd' : 'success';
}

/** Account lines of pam_unix(8). */
function mayStay(args: readonly string[], { shadow, now, machine }: Asked) {
  if (!shadow) return undefined;
  const release = machine?.release;
  const answer = dates(shadow, now, release && (release[0] > 1 || release[1] >= 6));
  if (answer === undefined || answer === 'success') return answer && say(answer);
  const aged = answer === 'new_authtok_reqd' || answer === 'authtok_expired';
  return aged && args.includes('no_pass_expiry') ? undefined : say(answer, quoted(shadow));
}

/** Auth lines of pam_unix(8): whether the right password opens, taking for granted that it is typed. */
function opens(args: readonly string[], { shadow, emptyAllowed }: Asked) {
  if (!shadow) return undefined;
  switch (shadow.password) {
    case 'hash':
      return say('success');
    case 'star':
    case 'bang':
    case 'bang-hash':
      return say('auth_err', quoted(shadow));
    case 'empty':
      if (emptyAllowed === undefined) return undefined;
      if (args.some((word) => word.startsWith('nullok_') || word === 'nullresetok')) return undefined;
      return emptyAllowed && args.includes('nullok') ? say('success') : say('auth_err', quoted(shadow));
    default:
      return undefined;
  }
}

export const unix: Module = ({ args }, asked) => {
  if (asked.kind === 'session') return say('success');
  return asked.kind === 'auth' ? opens(args, asked) : mayStay(args, asked);
};
