import { sectionName } from '../../facts/bundle.ts';
import { questionsOf } from '../../facts/firewall/attempt.ts';
import { judge } from '../../facts/firewall/judge.ts';
import { type Rule, stackOf } from '../../facts/pam/stack.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { type Setting, type SshdConfig, setting, word } from '../../facts/sshd/index.ts';
import type { Evidence } from '../../model/finding.ts';
import type { Judged } from '../../model/hardening.ts';
import { type Given, unseen } from './given.ts';
import { namesIn } from './want.ts';

const NO_LOGIN = /(?:nologin|false|sync|shutdown|halt)$/;

/** Whether a list says who may log in, or who may not. */
export function judgeAllowList({ running, accounts }: Given): readonly Judged[] {
  if (!running.known) return [unseen(running)];
  const { config } = running.value;
  const lists = ['allowusers', 'allowgroups', 'denyusers', 'denygroups'].map((keyword) => setting(config, keyword, {}));
  const from = lists.flatMap((list) => list.from);
  if (from.length > 0)
    return [{ status: 'pass', now: from.map(({ text }) => text).join('; '), evidence: from.map(quoted) }];
  if (config.unread.length > 0)
    return [{ status: 'unknown', evidence: [], gap: { gap: 'denied', section: `file:${config.unread[0]?.path}` } }];
  const able = accounts.known
    ? accounts.value.all.filter(({ shell }) => !NO_LOGIN.test(shell)).map(({ name }) => name)
    : [];
  const steps = [
    `Say who may log in: AllowUsers or, better, AllowGroups with a group of its own.${able.length > 0 ? ` With a shell there are: ${able.slice(0, 20).join(' ')}.` : ''}`,
  ];
  return [{ status: 'fail', now: 'everybody', evidence: [], repair: { kind: 'manual', steps } }];
}

/** Addresses that are nobody's (RFC 5737, RFC 3849), which stand for strangers. */
const STRANGERS = ['203.0.113.1', '198.51.100.7', '192.0.2.77'];
const STRANGER6 = '2001:db8:77::1';

/** Whether strangers are kept away: by the firewall, or by sshd for each user that it lets in. */
export function judgeSourceLimit({ running, firewall, daemon }: Given): readonly Judged[] {
  if (running.known) {
    const users = setting(running.value.config, 'allowusers', {});
    const bound = users.values.length > 0 && users.values.every((one) => /@(?!\*$)./.test(one));
    if (bound) return [{ status: 'pass', now: users.values.join(' '), evidence: users.from.map(quoted) }];
  }
  if (!firewall.known) return [unseen(firewall)];
  if (!daemon.known) return [unseen(daemon)];
  const { value: ruleset } = firewall;
  const { listening } = daemon.value;
  const six =
    listening.some(({ family }) => family !== 'ipv4') &&
    ruleset.host.addresses?.some(({ address }) => /^[23]/.test(address) && address.includes(':'));
  const verdicts = [...STRANGERS, ...(six ? [STRANGER6] : [])].flatMap((from) =>
    questionsOf(listening, { from, at: '' }).map((question) => judge(ruleset, question)),
  );
  const shut = verdicts.every(({ verdict }) => verdict === 'drop' || verdict === 'reject');
  if (shut) {
    const by = verdicts[0]?.by;
    const line = by?.rule ?? by?.chain;
    const evidence: Evidence[] = line
      ? [{ side: 'server', section: line.section, line: line.line, text: by?.rule?.text ?? by?.chain.name ?? '' }]
      : [];
    return [{ status: 'pass', now: 'strangers are turned away by the firewall', evidence }];
  }
  if (verdicts.some(({ verdict }) => verdict === 'unknown'))
    return [
      {
        status: 'unknown',
        detail: 'what the firewall does with a stranger could not be told',
        evidence: [],
        gap: { gap: 'unsupported', section: 'nft' },
      },
    ];
  const steps = [
    'Let in the networks that you come from, in the firewall or by AllowUsers user@network, and keep a second way in.',
  ];
  return [{ status: 'fail', now: 'anybody can connect', evidence: [], repair: { kind: 'manual', steps } }];
}

const SECOND = /^pam_(?:google_authenticator|oath|duo|u2f|yubico|yubikey|radius_auth|totp|privacyidea)$/;
const flat = (rules: readonly Rule[]): readonly Rule[] => rules.flatMap((rule) => [rule, ...flat(rule.substack ?? [])]);

function bothNeeded(methods: Setting): boolean {
  return (
    methods.values.length > 0 && methods.values.every((list) => new Set(list.split(',')).size > 1 && list !== 'any')
  );
}

/** Only keys that a person has to touch. */
function onlyTokens(config: SshdConfig): boolean {
  const types = namesIn(setting(config, 'pubkeyacceptedalgorithms', {}).values);
  const others = ['passwordauthentication', 'kbdinteractiveauthentication'].some(
    (one) => word(config, one, {}) === 'yes',
  );
  return !others && types.length > 0 && types.every((type) => /^(?:webauthn-)?sk-/.test(type));
}

/** Whether a login takes more than one thing. */
export function judgeSecondFactor({ running, files }: Given): readonly Judged[] {
  if (!running.known) return [unseen(running)];
  const { config } = running.value;
  const methods = setting(config, 'authenticationmethods', {});
  const lines = methods.from.map(quoted);
  if (bothNeeded(methods)) return [{ status: 'pass', now: methods.values.join(' '), evidence: lines }];
  if (onlyTokens(config)) {
    const { from } = setting(config, 'pubkeyacceptedalgorithms', {});
    return [{ status: 'pass', now: 'keys of security tokens only', evidence: from.map(quoted) }];
  }
  const stack = files.known ? stackOf(files.value, 'sshd', 'auth') : undefined;
  const asks = flat(stack ?? []).find(({ module }) => SECOND.test(module));
  const evidence: Evidence[] = asks
    ? [...lines, { side: 'server', section: sectionName(asks.file), line: asks.line, text: asks.text }]
    : lines;
  const detail = asks ? { detail: `${asks.module} asks for a second thing, but a key alone lets in without it` } : {};
  const steps = [
    'Keys on security tokens (ssh-keygen -t ed25519-sk), or a PAM module for one-time codes with AuthenticationMethods publickey,keyboard-interactive.',
  ];
  return [
    { status: 'fail', now: methods.values.join(' ') || 'any', evidence, ...detail, repair: { kind: 'manual', steps } },
  ];
}
