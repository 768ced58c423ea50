import { controlOf } from '../../knowledge/controls/index.ts';
import { atLeast } from '../../knowledge/sshd-keywords.ts';
import type { Bundle } from '../../model/bundle.ts';
import { type Control, SEVERITIES, type Want } from '../../model/control.ts';
import { type ControlResult, type Judged, type Profile, STATUSES, type Waiver } from '../../model/hardening.ts';
import { judgeAllowList, judgeSecondFactor, judgeSourceLimit } from './access.ts';
import { type Given, givenOf, unseen } from './given.ts';
import { judgeFail2ban, judgeGuard } from './guards.ts';
import { judgeHostKeys, judgeModuli } from './host-keys.ts';
import { judgeCryptoPolicy, judgeEnabled, judgePatched, judgePort } from './machine.ts';
import { judgeModes } from './modes.ts';
import { judgeSetting } from './settings.ts';
import { wantedText } from './want.ts';

function judgeControl({ check, since }: Control, want: Want, given: Given): readonly Judged[] {
  const { running } = given;
  const release = running.known ? running.value.config.release : undefined;
  if (since && release && !atLeast(release, since))
    return [
      {
        status: 'not-applicable',
        detail: `OpenSSH ${release.join('.')} does not have it (${since.join('.')} does)`,
        evidence: [],
      },
    ];
  switch (check.kind) {
    case 'setting':
      return running.known ? judgeSetting(running.value, check.keyword, want) : [unseen(running)];
    case 'modes':
      return judgeModes(given, check.of, want);
    case 'host-keys':
      return judgeHostKeys(given, check.of, want);
    case 'moduli':
      return judgeModuli(given, want);
    case 'fail2ban':
      return judgeFail2ban(given, check.of, want);
    case 'guard':
      return judgeGuard(given);
    case 'allow-list':
      return judgeAllowList(given);
    case 'source-limit':
      return judgeSourceLimit(given);
    case 'second-factor':
      return judgeSecondFactor(given);
    case 'crypto-policy':
      return judgeCryptoPolicy(given);
    case 'port':
      return judgePort(given);
    case 'enabled':
      return judgeEnabled(given);
    case 'patched':
      return judgePatched(given);
  }
}

const covers = (waiver: Waiver, control: string, subject: string | undefined): boolean =>
  waiver.control === control && (waiver.subject === undefined || waiver.subject === subject);

function waived(result: ControlResult, waivers: readonly Waiver[], today: string): ControlResult {
  if (result.status !== 'fail') return result;
  const mine = waivers.filter((waiver) => covers(waiver, result.control, result.subject));
  const good = mine.find(({ until }) => until >= today);
  const [waiver] = good ? [good] : mine;
  if (!waiver) return result;
  const { reason, until } = waiver;
  if (good) return { ...result, status: 'waived', waiver: { reason, until } };
  return { ...result, detail: `the waiver ended on ${until} ("${reason}")`, waiver: { reason, until } };
}

function settle(section: string): string {
  return section === 'moduli' || section.startsWith('file:/etc/crypto-policies')
    ? 'sudo sshwhy harden (with the collector of this version)'
    : 'sudo sshwhy harden';
}

function told(control: Control, want: Want, judged: Judged): ControlResult {
  const { status, severity, ...rest } = judged;
  return {
    control: control.id,
    title: control.title,
    severity: severity ?? control.severity,
    status,
    want,
    wanted: 'present' in want ? control.title : wantedText(want),
    sources: control.sources,
    ...(control.care !== undefined && { care: control.care }),
    ...rest,
    ...(judged.gap && { settleWith: settle(judged.gap.section) }),
  };
}

/** An exception that nobody needs any more, and that has ended: it is in the way of the next reader. */
function leftOver(results: readonly ControlResult[], { waivers }: Profile, today: string): readonly ControlResult[] {
  return waivers
    .filter(
      (waiver) =>
        waiver.until < today &&
        !results.some((one) => one.status === 'fail' && covers(waiver, one.control, one.subject)),
    )
    .map((waiver) => ({
      control: waiver.control,
      subject: `waiver until ${waiver.until}`,
      title: 'A waiver that has ended',
      severity: 'low',
      status: 'fail',
      want: { present: true },
      wanted: 'no waiver past its day',
      now: waiver.until,
      detail: `"${waiver.reason}" is needed no more: take it out`,
      evidence: [],
      sources: [],
      repair: { kind: 'manual', steps: [`Take the waiver for ${waiver.control} out of the profile.`] },
    }));
}

const rank = <T extends string>(list: readonly T[], one: T): number => list.indexOf(one);

/**
 * Every control of the profile held against what was looked at: what fails first, the severest first.
 * `today`: ISO date by which waivers end.
 */
export function judgeControls(bundle: Bundle, profile: Profile, today: string): readonly ControlResult[] {
  const given = givenOf(bundle);
  const results = [...profile.wants].flatMap(([id, want]) => {
    const control = controlOf(id);
    if (!control) return [];
    return judgeControl(control, want, given).map((judged) =>
      waived(told(control, want, judged), profile.waivers, today),
    );
  });
  return [...results, ...leftOver(results, profile, today)].toSorted(
    (a, b) =>
      rank(STATUSES, a.status) - rank(STATUSES, b.status) ||
      rank(SEVERITIES, b.severity) - rank(SEVERITIES, a.severity),
  );
}
