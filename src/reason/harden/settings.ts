import { expanded } from '../../facts/sshd/algorithms.ts';
import { outside } from '../../facts/sshd/applies.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { blockApplies, type Directive, type SshdConfig, setting, word } from '../../facts/sshd/index.ts';
import type { RunningConfig } from '../../facts/sshd/running.ts';
import { readValue } from '../../facts/sshd/value.ts';
import { atLeast, keywordOf, writtenKeyword } from '../../knowledge/sshd-keywords.ts';
import type { Want } from '../../model/control.ts';
import type { Evidence } from '../../model/finding.ts';
import type { Judged } from '../../model/hardening.ts';
import { meets, offending } from './want.ts';

/** Ways in by which a password alone lets somebody in. */
const PASSWORDS: ReadonlySet<string> = new Set(['passwordauthentication', 'kbdinteractiveauthentication']);
const LISTS: ReadonlySet<string> = new Set(['ciphers', 'macs', 'kex', 'keys', 'signatures']);

const demandsKey = (methods: readonly string[]): boolean =>
  methods.length > 0 &&
  methods.every((list) => list.split(',').some((method) => /^(?:publickey|hostbased)/.test(method)));

/** What switches the keyword off from elsewhere, as a clause with its line; nothing where nothing does. */
function overruled(config: SshdConfig, keyword: string): { detail: string; evidence: Evidence[] } | undefined {
  if (PASSWORDS.has(keyword)) {
    const methods = setting(config, 'authenticationmethods', {});
    if (!demandsKey(methods.values)) return undefined;
    return { detail: 'AuthenticationMethods asks for a key each time', evidence: methods.from.map(quoted) };
  }
  // Before 10.0 it left X11 and agents alone (CVE-2025-32728).
  const reaches =
    ['allowtcpforwarding', 'allowstreamlocalforwarding'].includes(keyword) ||
    (['x11forwarding', 'allowagentforwarding'].includes(keyword) && config.release && atLeast(config.release, [10, 0]));
  if (!reaches || word(config, 'disableforwarding', {}) !== 'yes') return undefined;
  return { detail: 'DisableForwarding is on', evidence: setting(config, 'disableforwarding', {}).from.map(quoted) };
}

/** Values of one line in the words of `sshd -T`; nothing for a line that sshd does not take. */
function valuesOf(
  config: SshdConfig,
  { words }: Directive,
  defaults: readonly string[],
): readonly string[] | undefined {
  const known = keywordOf(words.keyword, config.release);
  if (!known) return undefined;
  const read = readValue(known.id, known.keyword, words, config.release);
  if (!('values' in read) || read.values.length === 0) return undefined;
  if (!LISTS.has(known.keyword.type)) return read.values;
  return [expanded(known.keyword, read.values[0] ?? '', defaults[0] ?? '', config.release) ?? ''];
}

/** Whether a line in a block can matter to the control at all. */
function canApply(keyword: string, { within }: Directive): boolean {
  if (within.some(({ fault }) => fault !== undefined)) return false;
  // A block that leaves root out says nothing of root.
  return (
    keyword !== 'permitrootlogin' ||
    within.every((block) => blockApplies(block, { user: 'root', exists: true }) !== false)
  );
}

function weaker(config: SshdConfig, keyword: string, want: Want, overruling: boolean): readonly Judged[] {
  // What holds for all has been judged already.
  const inBlocks = config.directives.filter((line) => !outside(config, line) && canApply(keyword, line));
  const lines = inBlocks.filter(
    (line) =>
      line.keyword === keyword ||
      (keyword === 'kbdinteractiveauthentication' && line.keyword === 'challengeresponseauthentication'),
  );
  const defaults = setting({ ...config, directives: [] }, keyword, {}).values;
  const seen = new Set<string>();
  const place = ({ within }: Directive) => within.map(({ text }) => text).join(', ');
  const found = (overruling ? [] : lines).flatMap((line): Judged[] => {
    const where = line.within.map(({ file, line: at }) => `${file}:${at}`).join(' ');
    // Of one block the first line counts.
    if (seen.has(where)) return [];
    seen.add(where);
    const values = valuesOf(config, line, defaults);
    if (!values || meets(want, values)) return [];
    return [weakening(line, place(line), shown(want, values))];
  });
  const methods =
    overruling && PASSWORDS.has(keyword) ? inBlocks.filter((line) => line.keyword === 'authenticationmethods') : [];
  const loose = methods.flatMap((line): Judged[] => {
    const values = valuesOf(config, line, []);
    return values && !demandsKey(values) ? [weakening(line, place(line), values.join(' '))] : [];
  });
  return [...found, ...loose];
}

function weakening(line: Directive, subject: string, now: string): Judged {
  return {
    status: 'fail',
    subject,
    now,
    detail: 'a Match block takes back for some what holds for all',
    evidence: [quoted(line)],
    repair: {
      kind: 'manual',
      steps: [
        `Take line ${line.line} out of ${line.file}, or say why it has to be (a waiver for this control at "${subject}").`,
      ],
    },
  };
}

/** The value, or of a list only what is wrong with it. */
function shown(want: Want, values: readonly string[]): string {
  const wrong = offending(want, values);
  if (wrong.length > 0) return wrong.join(',');
  return 'noLaxer' in want && want.noLaxer.includes(':') ? values.join(':') : values.join(' ');
}

/**
 * A keyword of sshd_config: what holds for everybody, then each Match block that makes it weaker. What could not be read
 * makes it unknown, and so does a command line that sets it.
 */
export function judgeSetting(running: RunningConfig, keyword: string, want: Want): readonly Judged[] {
  const { config, overridden, by } = running;
  const [unread] = config.unread;
  if (unread)
    return [
      {
        status: 'unknown',
        detail: `${unread.path} was not read`,
        evidence: [],
        gap: {
          gap: unread.why === 'absent' ? 'not-collected' : (unread.why as 'denied'),
          section: `file:${unread.path}`,
        },
      },
    ];
  if (overridden.has(keyword) && by)
    return [
      {
        status: 'unknown',
        detail: 'the command line of sshd sets it',
        evidence: [{ side: 'server', section: 'processes', line: by.line, text: by.args }],
        gap: { gap: 'unsupported', section: 'processes' },
      },
    ];
  if (
    !keywordOf(keyword, config.release) &&
    keyword !== 'kbdinteractiveauthentication' &&
    !keyword.endsWith('algorithms')
  )
    return [{ status: 'not-applicable', detail: `this release has no ${writtenKeyword(keyword)}`, evidence: [] }];
  const { values, from } = setting(config, keyword, {});
  // Defaults are those of a release.
  if (!config.release && (from.length === 0 || /^[-+^]/.test(from[0]?.words.args[0] ?? '')))
    return [
      {
        status: 'unknown',
        detail: 'the release of sshd, which decides about its defaults, is not known',
        evidence: from.map(quoted),
        gap: { gap: 'not-collected', section: 'sshd-binary' },
      },
    ];
  const ok = meets(want, values);
  const instead = ok ? undefined : overruled(config, keyword);
  const evidence = from.map(quoted);
  const now = shown(want, values);
  const whole: Judged =
    ok || instead
      ? {
          status: 'pass',
          now,
          evidence: [...evidence, ...(instead?.evidence ?? [])],
          ...(instead && { detail: instead.detail }),
        }
      : {
          status: 'fail',
          now,
          evidence,
          ...(from.length === 0 && { detail: 'the default' }),
          repair: { kind: 'line', keyword },
        };
  return [whole, ...weaker(config, keyword, want, instead !== undefined)];
}
