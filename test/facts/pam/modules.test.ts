import { describe, expect, it } from 'vitest';
import { answer, asked, at, NOW } from './ask.ts';

const ACCESS = '/etc/security/access.conf';
const access = (text: string, line = 'pam_access.so', more = {}) => answer(line, asked({ [ACCESS]: text }, more));

// Each of these was seen with real logins on hosts of the three releases (oracle/access.ts), or read in the source.
describe('pam_access', () => {
  it.each([
    ['', 'success'],
    ['-:alice:ALL', 'perm_denied'],
    ['-:ALICE:ALL', 'perm_denied'],
    ['+:alice:ALL\n-:ALL:ALL', 'success'],
    ['-:ALL EXCEPT alice:ALL', 'success'],
    ['-:ALL EXCEPT bob:ALL', 'perm_denied'],
    ['-:staff:ALL', 'perm_denied'],
    ['-:(staff):ALL', 'perm_denied'],
    ['-:():ALL', 'success'],
    ['-:bob root:ALL', 'success'],
    ['-:ALL:LOCAL', 'success'],
    ['-:ALL:ALL EXCEPT LOCAL', 'perm_denied'],
    ['-:ALL:10.77.2.', 'perm_denied'],
    ['-:ALL:10.77.', 'perm_denied'],
    ['-:ALL:10.7', 'success'],
    ['-:ALL:10.77.0.0/16', 'perm_denied'],
    ['-:ALL:10.77.0.0/255.255.0.0', 'perm_denied'],
    ['-:ALL:10.77.2.8/0x1f', 'success'],
    ['-:ALL:10.77.2.8/0x1e', 'perm_denied'],
    ['-:ALL:10.77.2.8/28', 'perm_denied'],
    ['-:ALL:10.77.2.10/0', 'perm_denied'],
    ['-:ALL:10.77.2.10/33', 'success'],
    ['-:ALL:::/0', 'success'],
    ['-:ALL:.10', 'perm_denied'],
    ['-:ALL', 'success'],
    [' -:ALL:ALL', 'success'],
    ['- : alice : ALL  ', 'perm_denied'],
    ['# -:ALL:ALL', 'success'],
    ['-:alice@web1:ALL', 'perm_denied'],
    ['-:alice@other:ALL', 'success'],
    ['-:@admins:ALL', undefined],
    ['-:@admins alice:ALL', 'perm_denied'],
    ['+:@admins:ALL\n-:ALL:ALL', undefined],
  ])('takes %j for %s', (text, expected) => expect(access(text)).toBe(expected));

  it('has arguments', () => {
    expect(access('-:staff:ALL', 'pam_access.so nodefgroup')).toBe('success');
    expect(access('-|alice|ALL', 'pam_access.so fieldsep=|')).toBe('perm_denied');
    expect(access('-:a,alice:ALL', 'pam_access.so listsep=,')).toBe('perm_denied');
    const own = { '/etc/own.conf': '-:alice:ALL', [ACCESS]: '' };
    expect(answer('pam_access.so accessfile=/etc/own.conf', asked(own))).toBe('perm_denied');
    expect(answer('pam_access.so accessfile=/etc/own.conf', asked({ '/etc/own.conf': null }))).toBe('abort');
    expect(answer('pam_access.so accessfile=/etc/own.conf', asked())).toBeUndefined();
  });

  it('goes on in access.d', () => {
    const more = { [ACCESS]: '+:bob:ALL', '/etc/security/access.d/20-x.conf': '-:ALL:ALL' };
    expect(answer('pam_access.so', asked(more))).toBe('perm_denied');
  });

  it('is not the same in every release', () => {
    expect(access('-:1000:ALL')).toBe('success');
    expect(access('-:1000:ALL', 'pam_access.so', at('trixie'))).toBe('perm_denied');
    expect(access('-:ALL:office', 'pam_access.so')).toBe('success');
    expect(access('-:ALL:office', 'pam_access.so', at('trixie'))).toBeUndefined();
    expect(access('-:ALL:office', 'pam_access.so nodns', at('trixie'))).toBe('success');
    expect(access('-:ALL:ALL', 'pam_access.so', at('trixie', { unended: new Set([ACCESS]) }))).toBe('success');
  });
});

describe('pam_time', () => {
  const time = (text: string, more = {}) => answer('pam_time.so', asked({ '/etc/security/time.conf': text }, more));
  it.each([
    ['sshd;*;alice;!Al0000-2400', 'perm_denied'],
    ['*;*;alice|bob;Wk0900-1700', 'success'],
    ['*;*;alice;Wd0000-2400', 'perm_denied'],
    ['*;*;!alice;!Al0000-2400', 'success'],
    ['*;tty*;alice;!Al0000-2400', 'success'],
    ['*;!tty*;alice;!Al0000-2400', 'perm_denied'],
    ['*;*;al*e;!Al0000-2400', 'perm_denied'],
    ['*;*;*;Al1030-1031', 'success'],
    ['*;*;*;Al1031-1100', 'perm_denied'],
    ['*;*;*;Al0900-1030', 'perm_denied'],
    ['*;*;*;Al2200-1030', 'success'],
    ['*;*;*;Al2200-1029', 'perm_denied'],
    ['*;*;*;AlWe0000-2400', 'perm_denied'],
    ['*;*;*;Xx0000-2400', 'perm_denied'],
    ['*;*;*;0000-2400', 'perm_denied'],
    ['*;*;*;Al0600', 'success'],
    ['*;*;*;!Al0600', 'perm_denied'],
    ['*;*;alice', 'success'],
    ['*;*;alice;!Al0000-2400;x', 'success'],
    ['# *;*;*;!Al0000-2400', 'success'],
    ['*;*;*;!Al0000-2400 # never', 'perm_denied'],
    ['*;*;\\\n*;!Al0000-2400', 'perm_denied'],
    ['*;*;@admins;!Al0000-2400', undefined],
    ['*;*;@admins;Al0000-2400', 'success'],
  ])('takes %j for %s', (text, expected) => expect(time(text)).toBe(expected));

  it('goes by the clock on the wall', () => {
    expect(time('*;*;*;Al1200-1700')).toBe('perm_denied');
    expect(time('*;*;*;Al1200-1700', { zone: 330 })).toBe('success');
    expect(time('*;*;*;Al1200-1700', { zone: undefined })).toBeUndefined();
    expect(time('*;*;*;!Al0000-2400', { kind: 'auth' })).toBe('module_unknown');
  });

  it('minds the end of its file', () => {
    const cut = at('bookworm', { unended: new Set(['/etc/security/time.conf']) });
    // An emptied field is no time at all; behind a comment it is not emptied.
    expect(time('*;*;alice;Al0000-2400', cut)).toBe('perm_denied');
    expect(time('*;*;alice;Al0000-2400 # always', cut)).toBe('success');
    expect(time('*;*;alice;!Al0000-2400 # never', cut)).toBe('perm_denied');
    expect(time('*;*;alice', cut)).toBe('success');
  });
});

describe('pam_listfile', () => {
  const LIST = '/etc/list';
  const row = (over = {}) => ({ type: 'file', mode: 0o644, path: LIST, line: 1, text: 'file', ...over });
  const list = (args: string, text: string | null, over: object = {}) => {
    const paths = new Map([[LIST, row({ ...(text === null ? { type: 'missing' } : {}), ...over })]]) as never;
    return answer(`pam_listfile.so file=${LIST} ${args}`, asked({ [LIST]: text }, { paths }));
  };
  it.each([
    ['item=user sense=deny', 'bob\nalice', 'auth_err'],
    ['item=user sense=deny', 'bob\nalice ', 'success'],
    ['item=user sense=allow', 'bob', 'auth_err'],
    ['item=user sense=allow', 'alice\\r', 'success'],
    ['item=group sense=allow', 'staff', 'success'],
    ['item=shell sense=deny', '/bin/bash', 'auth_err'],
    ['item=tty sense=deny', '/dev/ssh', 'auth_err'],
    ['item=rhost sense=deny', '10.77.2.10', 'auth_err'],
    ['item=rhost sense=deny apply=bob', '10.77.2.10', 'ignore'],
    ['item=rhost sense=deny apply=@staff', '10.77.2.10', 'auth_err'],
    ['item=user sense=deny apply=bob', 'alice', 'auth_err'],
    ['item=ruser sense=deny', 'alice', 'success'],
    ['item=ruser sense=allow', 'alice', 'auth_err'],
    ['item=what sense=allow', 'alice', 'service_err'],
    ['item=what sense=allow onerr=succeed', 'alice', 'success'],
    ['item=user sense=allow onerr=succeed', null, 'success'],
    ['item=user sense=allow', null, 'service_err'],
  ])('%s with %j says %s', (args, text, expected) => expect(list(args, text)).toBe(expected));

  it('does not trust a list that anybody may change', () => {
    expect(list('item=user sense=allow', 'alice', { mode: 0o666 })).toBe('auth_err');
    expect(list('item=user sense=allow', 'alice', { type: 'link' })).toBe('auth_err');
    expect(answer('pam_listfile.so item=user sense=allow file=/etc/list', asked())).toBeUndefined();
  });
});

describe('pam_succeed_if', () => {
  it.each([
    ['user = alice', 'success'],
    ['user != alice', 'auth_err'],
    ['uid >= 1000', 'success'],
    ['uid lt 0x3e8', 'auth_err'],
    ['uid eq 01750', 'success'],
    ['uid = 1000', 'success'],
    ['uid >= many', 'service_err'],
    ['user ingroup users:staff', 'success'],
    ['user notingroup staff', 'auth_err'],
    ['shell in /bin/sh:/bin/bash', 'success'],
    ['user notin bob:root', 'success'],
    ['user =~ a*', 'success'],
    ['user !~ ?[!l]*', 'success'],
    // What begins with a bracket is one word up to the closing one.
    ['user !~ [!a]*', 'service_err'],
    ['user glob ?lice', 'success'],
    ['user =~ ?[[:alpha:]]*', undefined],
    ['LOGIN EQ alice', 'service_err'],
    ['nothing = x', 'service_err'],
    ['user weird x', 'service_err'],
    ['user = alice uid', 'service_err'],
    ['user = bob uid', 'auth_err'],
    ['user = alice uid < 1000', 'auth_err'],
    ['quiet', 'success'],
    ['use_uid user = root', 'success'],
    ['rhost = 10.77.2.10', 'success'],
    ['tty = ssh service = sshd', 'success'],
    ['user innetgr admins', undefined],
  ])('%s: %s', (args, expected) => expect(answer(`pam_succeed_if.so ${args}`, asked())).toBe(expected));
});

describe('pam_limits', () => {
  const CONF = '/etc/security/limits.conf';
  const limits = (text: string, more = {}) =>
    answer('pam_limits.so', asked({ [CONF]: text }, { kind: 'session', ...more }));
  const session = { user: 'alice', class: 'user' };
  it.each([
    ['', 'success'],
    ['alice hard maxlogins 0', 'perm_denied'],
    ['bob hard maxlogins 0', 'success'],
    ['@staff - maxlogins 0', 'perm_denied'],
    ['* - maxlogins 0\nalice - maxlogins 5', 'success'],
    ['alice - maxlogins 5\n* - maxlogins 0', 'success'],
    ['alice - maxlogins 0\nalice - maxlogins 5', 'success'],
    ['alice -\n* - maxlogins 0', 'success'],
    ['* - maxlogins 0\nalice -', 'success'],
    ['* -\n* - maxlogins 0', 'perm_denied'],
    ['1000: - maxlogins 0', 'perm_denied'],
    [':1000 - maxlogins 0', 'perm_denied'],
    [':1001 - maxlogins 0', 'success'],
    ['0:999 - maxlogins 0', 'success'],
    ['@:50 - maxlogins 0', 'perm_denied'],
    ['@50: - maxlogins 0', 'perm_denied'],
    ['% - maxlogins 0', 'perm_denied'],
    ['% - maxsyslogins 0', 'success'],
    ['alice hard maxlogins -1', 'success'],
    ['alice hard maxlogins unlimited', 'success'],
    ['alice hard maxlogins x', 'success'],
    ['alice hard maxlogins', 'success'],
    ['# alice - maxlogins 0', 'success'],
  ])('takes %j for %s', (text, expected) => expect(limits(text)).toBe(expected));

  it('counts who is there', () => {
    const here = at('bookworm', { utmp: [{ user: 'alice' }, { user: 'bob' }] });
    expect(limits('alice - maxlogins 1', here)).toBe('perm_denied');
    expect(limits('alice - maxlogins 2', here)).toBe('success');
    expect(limits('* - maxsyslogins 2', here)).toBe('perm_denied');
    expect(limits('alice - maxlogins 1', { machine: undefined })).toBeUndefined();
    expect(limits('alice - maxlogins 0', { machine: undefined })).toBe('perm_denied');
  });

  it('counts by logind in later releases, where one is no limit', () => {
    const here = at('trixie', { logind: [session, session] });
    expect(limits('alice - maxlogins 1', here)).toBe('success');
    expect(limits('alice - maxlogins 2', here)).toBeUndefined();
    expect(limits('alice - maxlogins 9', here)).toBe('success');
  });

  it('never holds up root', () => {
    const account = { name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/bash', line: 1 };
    expect(limits('root - maxlogins 0', { account })).toBe('success');
  });
});

describe('pam_faillock', () => {
  const fails = (...ages: number[]) => ages.map((age) => ({ valid: true, at: NOW - age * 1000, line: 1, text: 'V' }));
  const CONF = '/etc/security/faillock.conf';
  const lock = (args: string, ages: number[], conf = '', more = {}) =>
    answer(`pam_faillock.so ${args}`, asked({ [CONF]: conf }, { kind: 'auth', tally: fails(...ages), ...more }));

  it('locks after so many, for so long', () => {
    expect(lock('preauth', [5, 10, 15])).toBe('auth_err');
    expect(lock('preauth', [5, 10])).toBe('success');
    expect(lock('authfail', [5, 10])).toBe('ignore');
    expect(lock('authsucc deny=2', [5, 10])).toBe('auth_err');
    expect(lock('preauth deny=2 unlock_time=60', [61, 70])).toBe('success');
    expect(lock('preauth deny=2 unlock_time=60', [60, 70])).toBe('auth_err');
    expect(lock('preauth deny=2 unlock_time=never', [90_000, 90_001])).toBe('auth_err');
    expect(lock('preauth deny=2 fail_interval=10', [5, 15])).toBe('success');
    expect(lock('preauth deny=0', [1, 2, 3, 4])).toBe('success');
  });

  it('reads its file, and then its arguments', () => {
    expect(lock('preauth', [5, 10], 'deny = 2 # few\nunlock_time never')).toBe('auth_err');
    expect(lock('preauth deny=3', [5, 10], 'deny=2')).toBe('success');
    expect(lock('preauth deny=x', [5, 10, 15])).toBe('auth_err');
    expect(lock('preauth dir=/mnt/tally', [5, 10, 15])).toBeUndefined();
    expect(lock('preauth', [5, 10, 15], '', { zone: undefined })).toBeUndefined();
  });

  it('holds up no key, and root only when told to', () => {
    expect(lock('', [1, 2, 3], '', { kind: 'account' })).toBe('success');
    const account = { name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/bash', line: 1 };
    expect(lock('preauth', [1, 2, 3], '', { account })).toBe('success');
    expect(lock('preauth even_deny_root', [1, 2, 3], '', { account })).toBe('auth_err');
    expect(lock('preauth even_deny_root root_unlock_time=1', [5, 6, 7], '', { account })).toBe('success');
    expect(lock('preauth', [1, 2, 3], 'admin_group = staff')).toBe('success');
  });
});

describe('pam_unix', () => {
  const today = Math.floor(NOW / 86_400_000);
  const dates = (shadow: object, more = {}) => answer('pam_unix.so', asked({}, { shadow, ...more }));
  it('goes by the dates of shadow(5)', () => {
    expect(dates({})).toBe('success');
    expect(dates({ expire: today })).toBe('acct_expired');
    expect(dates({ expire: today + 1 })).toBe('success');
    expect(dates({ lastChange: 0, max: 99_999 })).toBe('new_authtok_reqd');
    expect(dates({ lastChange: today - 6, max: 5 })).toBe('new_authtok_reqd');
    expect(dates({ lastChange: today - 6, max: 5, inactive: 0 })).toBe('authtok_expired');
    expect(dates({ lastChange: today + 6, max: 5 })).toBe('success');
  });

  it('changed its mind about the last day', () => {
    const last = { lastChange: today - 5, max: 5 };
    expect(dates(last)).toBe('success');
    expect(dates(last, at('trixie'))).toBe('new_authtok_reqd');
    expect(dates(last, { machine: undefined })).toBeUndefined();
    expect(dates({ max: 5 })).toBe('new_authtok_reqd');
    expect(dates({ max: 5 }, at('trixie'))).toBe('success');
  });

  it('takes a password where there is one', () => {
    const typed = (password: string, line = 'pam_unix.so', more = {}) =>
      answer(line, asked({}, { kind: 'auth', shadow: { password: password as 'hash' }, ...more }));
    expect(typed('hash')).toBe('success');
    expect(typed('bang-hash')).toBe('auth_err');
    expect(typed('star')).toBe('auth_err');
    expect(typed('other')).toBeUndefined();
    expect(typed('empty', 'pam_unix.so nullok')).toBe('auth_err');
    expect(typed('empty', 'pam_unix.so nullok', { emptyAllowed: true })).toBe('success');
    expect(typed('empty', 'pam_unix.so', { emptyAllowed: true })).toBe('auth_err');
  });
});

describe('other modules', () => {
  const shells = { '/etc/shells': '/bin/sh\n/bin/bash' };
  const root = { name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/bash', line: 1 };
  const nologin = { '/etc/nologin': 'until noon', '/run/nologin': null, '/var/run/nologin': null };
  it.each([
    ['pam_permit.so', asked(), 'success'],
    ['pam_deny.so', asked(), 'auth_err'],
    ['pam_deny.so', asked({}, { kind: 'session' }), 'session_err'],
    ['pam_rootok.so', asked({}, { kind: 'auth' }), 'success'],
    ['pam_shells.so', asked(shells), 'success'],
    ['pam_shells.so', asked({ '/etc/shells': '/bin/sh' }), 'auth_err'],
    ['pam_shells.so', asked({ '/etc/shells': null }), 'auth_err'],
    ['pam_shells.so', asked(), undefined],
    ['pam_nologin.so', asked(nologin), 'auth_err'],
    ['pam_nologin.so', asked(nologin, { account: root }), 'ignore'],
    ['pam_nologin.so successok', asked(nologin, { account: root }), 'success'],
    ['pam_nologin.so', asked(nologin, { kind: 'session' }), 'module_unknown'],
    ['pam_nologin.so file=/etc/mine', asked(nologin), undefined],
    ['pam_localuser.so', asked({ '/etc/nsswitch.conf': 'passwd: files systemd' }), 'success'],
    ['pam_localuser.so', asked({ '/etc/nsswitch.conf': 'passwd: files sss' }), undefined],
    ['pam_umask.so', asked({}, { kind: 'session' }), 'success'],
    ['pam_umask.so', asked(), 'module_unknown'],
    ['pam_motd.so', asked({}, { kind: 'session' }), 'ignore'],
    ['pam_selinux.so open', asked({}, { kind: 'session', selinux: 'none' }), 'success'],
    ['pam_selinux.so open', asked({}, { kind: 'session', selinux: 'enforcing' }), undefined],
    ['pam_google_authenticator.so', asked({}, { kind: 'auth' }), undefined],
    ['pam_cap.so', asked(), undefined],
    ['pam_not_there.so', asked({}, at('bookworm', { modules: new Set(['pam_unix']) })), 'module_unknown'],
  ])('%s %#', (line, question, expected) => expect(answer(line, question)).toBe(expected));
});
