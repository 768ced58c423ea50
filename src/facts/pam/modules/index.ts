import type { Asked, Module, Said } from '../asked.ts';
import { say } from '../asked.ts';
import type { Answer, Kind, Rule } from '../stack.ts';
import { access } from './access.ts';
import { faillock } from './faillock.ts';
import { limits } from './limits.ts';
import { listfile } from './listfile.ts';
import { deny, localuser, nologin, permit, rootok, shells, warn } from './plain.ts';
import { env, keyinit, loginuid, mail, mkhomedir, motd, selinux, umask } from './session.ts';
import { succeedIf } from './succeed-if.ts';
import { time } from './time.ts';
import { unix } from './unix.ts';

/** Modules that are understood. pam_systemd and whatever is not here may answer anything. */
const MODULES: Readonly<Record<string, Module>> = {
  pam_access: access,
  pam_deny: deny,
  pam_env: env,
  pam_faildelay: warn,
  pam_faillock: faillock,
  pam_keyinit: keyinit,
  pam_limits: limits,
  pam_listfile: listfile,
  pam_localuser: localuser,
  pam_loginuid: loginuid,
  pam_mail: mail,
  pam_mkhomedir: mkhomedir,
  pam_motd: motd,
  pam_nologin: nologin,
  pam_permit: permit,
  pam_rootok: rootok,
  pam_selinux: selinux,
  pam_shells: shells,
  pam_succeed_if: succeedIf,
  pam_time: time,
  pam_umask: umask,
  pam_unix: unix,
  pam_warn: warn,
};

/** Kinds of stack that a module has no function for; libpam then takes it for unknown. */
const LACKS: Readonly<Record<string, readonly Kind[]>> = {
  pam_faildelay: ['account', 'session'],
  pam_faillock: ['session'],
  pam_keyinit: ['account'],
  pam_limits: ['auth', 'account'],
  pam_loginuid: ['auth'],
  pam_mail: ['account'],
  pam_mkhomedir: ['auth', 'account'],
  pam_motd: ['auth', 'account'],
  pam_nologin: ['session'],
  pam_rootok: ['session'],
  pam_selinux: ['account'],
  pam_shells: ['session'],
  pam_time: ['auth', 'session'],
  pam_umask: ['auth', 'account'],
};

/** What a module answers for a login that has come so far; `undefined` when that is not known. */
export function askModule(rule: Rule, asked: Asked): Said | undefined {
  const { machine } = asked;
  if (machine && machine.modules.size > 0 && !machine.modules.has(rule.module)) return say('module_unknown');
  if (Object.hasOwn(LACKS, rule.module) && LACKS[rule.module]?.includes(asked.kind)) return say('module_unknown');
  return Object.hasOwn(MODULES, rule.module) ? MODULES[rule.module]?.(rule, asked) : undefined;
}

/** What modules answer to pam_setcred(); those that are not here say yes. */
const CREDENTIALS: Readonly<Record<string, Answer>> = {
  pam_access: 'ignore',
  pam_deny: 'cred_err',
  pam_nologin: 'ignore',
  pam_succeed_if: 'ignore',
  pam_faildelay: 'ignore',
  pam_warn: 'ignore',
};

/** pam_sm_setcred() of a module. */
export const askCredentials = ({ module }: Rule): Answer => CREDENTIALS[module] ?? 'success';
