import type { Asked, Module, Said } from '../asked.ts';
import { say } from '../asked.ts';
import type { Answer, Rule } from '../stack.ts';
import { access } from './access.ts';
import { faillock } from './faillock.ts';
import { limits } from './limits.ts';
import { listfile } from './listfile.ts';
import { deny, faildelay, localuser, nologin, permit, rootok, shells } from './plain.ts';
import { env, keyinit, loginuid, mail, mkhomedir, motd, selinux, umask } from './session.ts';
import { succeedIf } from './succeed-if.ts';
import { time } from './time.ts';
import { unix } from './unix.ts';

/** Modules that are understood. pam_systemd and whatever is not here may answer anything. */
const MODULES: Readonly<Record<string, Module>> = {
  pam_access: access,
  pam_deny: deny,
  pam_env: env,
  pam_faildelay: faildelay,
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
};

/** What a module answers for a login that has come so far; `undefined` when that is not known. */
export function askModule(rule: Rule, asked: Asked): Said | undefined {
  const { machine } = asked;
  if (machine && machine.modules.size > 0 && !machine.modules.has(rule.module)) return say('module_unknown');
  return Object.hasOwn(MODULES, rule.module) ? MODULES[rule.module]?.(rule, asked) : undefined;
}

/** What modules answer to pam_setcred(); those that are not here say yes. */
const CREDENTIALS: Readonly<Record<string, Answer>> = {
  pam_access: 'ignore',
  pam_deny: 'cred_err',
  pam_nologin: 'ignore',
  pam_succeed_if: 'ignore',
  pam_faildelay: 'ignore',
};

/** pam_sm_setcred() of a module. */
export const askCredentials = ({ module }: Rule): Answer => CREDENTIALS[module] ?? 'success';
