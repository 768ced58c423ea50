import { linesOf, type Module, option, say } from '../asked.ts';

/** Modules that set something up and refuse only where the system is broken in other ways. */
const harmless: Module = (_, { kind }) => say(kind === 'auth' ? 'ignore' : 'success');

export const keyinit = harmless;
export const mail = harmless;
export const umask = harmless;

export const loginuid: Module = ({ args }) => (args.includes('require_auditd') ? undefined : say('success'));

export const motd: Module = () => say('ignore');

/** pam_env(8) fails on a line that it cannot read. */
export const env: Module = (rule, { files, kind }) => {
  if (kind !== 'session') return say(kind === 'auth' ? 'ignore' : 'service_err');
  const path = option(rule, 'conffile');
  if (path !== undefined) return undefined;
  const lines = files.has('/etc/security/pam_env.conf') ? linesOf(files, '/etc/security/pam_env.conf') : [];
  return lines?.every((line) => /^\s*(?:#.*)?$/.test(line)) ? say('success') : undefined;
};

/** pam_mkhomedir(8) has nothing to do where there is a home directory. */
export const mkhomedir: Module = (_, { paths, account }) =>
  paths?.get(account.home)?.type === 'dir' ? say('success') : undefined;

/** pam_selinux(8) has nothing to do where SELinux is off, nor does `close` when a session is opened. */
export const selinux: Module = (rule, { kind, selinux: state }) => {
  if (kind === 'auth') return say('ignore');
  return rule.args.includes('close') || state === 'none' || state === 'disabled' ? say('success') : undefined;
};
