import { describe, expect, it } from 'vitest';
import { sectionName } from '../../../src/facts/bundle.ts';
import { CONTROLS } from '../../../src/knowledge/controls/index.ts';
import type { Bundle } from '../../../src/model/bundle.ts';
import { PROFILES } from '../../../src/model/control.ts';
import { ALL, behind, edited, inFront, judged, MAIN, of, plain, statusOf } from '../../harden-bundles.ts';

const CONFIG = sectionName(MAIN);
const paths = (from: RegExp, to: string) => (bundle: Bundle) =>
  edited(bundle, 'paths', (text) => text.replace(from, to));
const line =
  (...lines: string[]) =>
  (bundle: Bundle) =>
    inFront(bundle, ...lines);
const jail =
  (...answers: string[]) =>
  (bundle: Bundle) =>
    edited(bundle, 'fail2ban', () => ['--- status', '|- Number of jail: 1', ...answers].join('\n'));
const JAIL = ['--- get sshd bantime', '600', '--- get sshd findtime', '600', '--- get sshd maxretry', '5'];

/** What makes each control fail, and what makes it pass, on a host of every release that has it. */
const CASES: Readonly<
  Record<string, { readonly bad: (bundle: Bundle) => Bundle; readonly good: (bundle: Bundle) => Bundle }>
> = {
  'permit-root-login': { bad: line('PermitRootLogin yes'), good: line('PermitRootLogin without-password') },
  'password-authentication': { bad: line('PasswordAuthentication yes'), good: line('AuthenticationMethods publickey') },
  'kbd-interactive-authentication': {
    bad: line('ChallengeResponseAuthentication yes', 'KbdInteractiveAuthentication yes'),
    good: line('ChallengeResponseAuthentication no', 'KbdInteractiveAuthentication no'),
  },
  'pubkey-authentication': { bad: line('PubkeyAuthentication no'), good: line('PubkeyAuthentication yes') },
  'permit-empty-passwords': { bad: line('PermitEmptyPasswords yes'), good: line('PermitEmptyPasswords no') },
  'hostbased-authentication': { bad: line('HostbasedAuthentication yes'), good: line('HostbasedAuthentication no') },
  'ignore-rhosts': { bad: line('IgnoreRhosts shosts-only'), good: line('IgnoreRhosts yes') },
  'ignore-user-known-hosts': { bad: line('IgnoreUserKnownHosts no'), good: line('IgnoreUserKnownHosts yes') },
  'strict-modes': { bad: line('StrictModes no'), good: line('StrictModes yes') },
  'use-pam': { bad: line('UsePAM no'), good: line('UsePAM yes') },
  'gssapi-authentication': { bad: line('GSSAPIAuthentication yes'), good: line('GSSAPIAuthentication no') },
  'kerberos-authentication': { bad: line('KerberosAuthentication yes'), good: line('KerberosAuthentication no') },
  'permit-user-environment': { bad: line('PermitUserEnvironment LANG'), good: line('PermitUserEnvironment no') },
  'allow-list': { bad: (bundle) => bundle, good: line('AllowGroups ssh-users') },
  'source-limit': { bad: (bundle) => bundle, good: line('AllowUsers alice@10.77.0.0/16 root@10.1.2.3') },
  'second-factor': {
    bad: line('AuthenticationMethods publickey'),
    good: line('AuthenticationMethods publickey,password'),
  },
  'max-auth-tries': { bad: line('MaxAuthTries 20'), good: line('MaxAuthTries 3') },
  'max-sessions': { bad: line('MaxSessions 11'), good: line('MaxSessions 2') },
  'max-startups': { bad: line('MaxStartups 10:30:200'), good: line('MaxStartups 5:50:20') },
  'login-grace-time': { bad: line('LoginGraceTime 0'), good: line('LoginGraceTime 1m') },
  'client-alive-interval': { bad: line('ClientAliveInterval 1h'), good: line('ClientAliveInterval 5m') },
  'client-alive-count-max': { bad: line('ClientAliveCountMax 0'), good: line('ClientAliveCountMax 2') },
  'tcp-keep-alive': { bad: line('TCPKeepAlive yes'), good: line('TCPKeepAlive no') },
  'log-level': { bad: line('LogLevel QUIET'), good: line('LogLevel VERBOSE') },
  'print-last-log': { bad: line('PrintLastLog no'), good: line('PrintLastLog yes') },
  banner: { bad: line('Banner none'), good: line('Banner /etc/issue.net') },
  'use-dns': { bad: line('UseDNS yes'), good: line('UseDNS no') },
  'disable-forwarding': { bad: line('DisableForwarding no'), good: line('DisableForwarding yes') },
  'allow-tcp-forwarding': { bad: line('AllowTcpForwarding local'), good: line('DisableForwarding yes') },
  'allow-agent-forwarding': { bad: line('AllowAgentForwarding yes'), good: line('AllowAgentForwarding no') },
  'permit-tunnel': { bad: line('PermitTunnel point-to-point'), good: line('PermitTunnel no') },
  'gateway-ports': { bad: line('GatewayPorts clientspecified'), good: line('GatewayPorts no') },
  'x11-forwarding': { bad: line('X11Forwarding yes'), good: line('X11Forwarding no') },
  'x11-use-localhost': { bad: line('X11UseLocalhost no'), good: line('X11UseLocalhost yes') },
  ciphers: { bad: line('Ciphers aes128-ctr,aes128-cbc'), good: line('Ciphers aes128-ctr') },
  macs: { bad: line('MACs hmac-sha2-256,hmac-sha1'), good: line('MACs hmac-sha2-256') },
  kex: { bad: line('KexAlgorithms +diffie-hellman-group14-sha1'), good: line('KexAlgorithms curve25519-sha256') },
  'post-quantum-kex': { bad: line('KexAlgorithms -sntrup*,mlkem*'), good: (bundle) => bundle },
  'host-key-algorithms': { bad: line('HostKeyAlgorithms +ssh-rsa'), good: line('HostKeyAlgorithms ssh-ed25519') },
  'host-key-types': {
    bad: (bundle) => edited(bundle, 'hostkeys', (text) => text.replace(/.*ED25519.*/, '')),
    good: (bundle) => bundle,
  },
  'rsa-host-key-size': {
    bad: (bundle) => edited(bundle, 'hostkeys', (text) => text.replace('\t3072 ', '\t2048 ')),
    good: (bundle) => bundle,
  },
  moduli: {
    bad: line('KexAlgorithms diffie-hellman-group-exchange-sha256'),
    good: (bundle) =>
      edited(line('KexAlgorithms diffie-hellman-group-exchange-sha256')(bundle), 'moduli', (text) =>
        text.replace(/.*=2047.*\n/, ''),
      ),
  },
  'required-rsa-size': { bad: line('RequiredRSASize 2048'), good: line('RequiredRSASize 4096') },
  'pubkey-algorithms': {
    bad: line('PubkeyAcceptedKeyTypes +ssh-rsa'),
    good: line('PubkeyAcceptedKeyTypes ssh-ed25519'),
  },
  'ca-signature-algorithms': {
    bad: line('CASignatureAlgorithms +ssh-rsa'),
    good: line('CASignatureAlgorithms ssh-ed25519'),
  },
  'rekey-limit': { bad: line('RekeyLimit 2G 1h'), good: line('RekeyLimit 512M 30m') },
  'crypto-policy': {
    bad: (bundle) => edited(bundle, 'file:/etc/crypto-policies/config', () => 'LEGACY'),
    good: (bundle) =>
      edited(
        inFront(bundle, 'Include /etc/crypto-policies/back-ends/opensshserver.config'),
        'file:/etc/crypto-policies/config',
        () => 'DEFAULT',
      ),
  },
  'config-modes': { bad: paths(/0644(.*sshd_config\n)/, '0666$1'), good: paths(/0644(.*sshd_config\n)/, '0600$1') },
  'drop-in-modes': { bad: paths(/0755(.*sshd_config\.d\n)/, '0775$1'), good: (bundle) => bundle },
  'private-host-key-modes': { bad: paths(/0600(.*_rsa_key\n)/, '0640$1'), good: (bundle) => bundle },
  'public-host-key-modes': { bad: paths(/0644(.*_rsa_key\.pub\n)/, '0646$1'), good: (bundle) => bundle },
  'guess-guard': { bad: line('PerSourcePenalties no'), good: jail(...JAIL) },
  'fail2ban-bantime': { bad: jail('--- get sshd bantime', '60'), good: jail(...JAIL) },
  'fail2ban-findtime': { bad: jail('--- get sshd findtime', '10'), good: jail(...JAIL) },
  'fail2ban-maxretry': { bad: jail('--- get sshd maxretry', '100'), good: jail(...JAIL) },
  'fail2ban-ignoreip': {
    bad: jail('--- get sshd ignoreip', '`- 10.0.0.0/8'),
    good: jail('--- get sshd ignoreip', '|- 127.0.0.0/8', '`- 10.1.2.0/24'),
  },
  enabled: {
    bad: (bundle) =>
      edited(bundle, 'units', (text) => text.replaceAll('UnitFileState=enabled', 'UnitFileState=disabled')),
    good: (bundle) => bundle,
  },
  patched: {
    bad: (bundle) =>
      edited(bundle, 'sshd-binary', () => 'path=/usr/sbin/sshd\nversion=OpenSSH_9.2p1, OpenSSL 3\npackage='),
    good: (bundle) =>
      edited(
        bundle,
        'sshd-binary',
        () => 'path=/usr/sbin/sshd\nversion=OpenSSH_10.0p2 Debian-7, OpenSSL 3\npackage=1:10.0p1-7+deb13u4',
      ),
  },
  port: {
    bad: (bundle) => bundle,
    good: (bundle) => edited(bundle, 'listeners', (text) => text.replaceAll(':22 ', ':2222 ')),
  },
};

describe.each(plain)('controls on %s', (name, bundle) => {
  it.each(Object.entries(CASES))('%s fails and passes', (id, { bad, good }) => {
    const [wrong, right] = [statusOf(bad(bundle), id), statusOf(good(bundle), id)];
    if (name.startsWith('bullseye') && ['post-quantum-kex', 'required-rsa-size'].includes(id)) {
      expect([wrong, right]).toEqual(['not-applicable', 'not-applicable']);
      return;
    }
    expect(wrong).toContain('fail');
    expect(right).toMatch(/^pass( pass)*$/);
  });

  it('are cited where they can be looked up', () => {
    for (const { evidence } of judged(bundle))
      for (const { section, line: at, text } of evidence) {
        const found = bundle.sections[section];
        expect(found, section).toBeDefined();
        if (at !== undefined && section.startsWith('file:')) expect(found?.text.split('\n')[at - 1]?.trim()).toBe(text);
      }
  });

  it('are never passed by what was not seen', () => {
    for (const missing of Object.keys(bundle.sections)) {
      const sections = Object.fromEntries(Object.entries(bundle.sections).filter(([section]) => section !== missing));
      const before = new Map(judged(bundle).map(({ control, subject, status }) => [`${control} ${subject}`, status]));
      for (const { control, subject, status } of judged({ ...bundle, sections })) {
        // fail2ban, sshguard and penalties stand in for each other.
        if (status === 'pass')
          expect(before.get(`${control} ${subject}`), `${control} without ${missing}`).toBe('pass');
      }
    }
  });

  it('are all unknown, or do not apply, where nothing was seen', () => {
    const results = judged({ ...bundle, sections: { meta: { status: 'ok', text: 'uid=1000\nnow=1' } } });
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['unknown']));
    for (const { settleWith, gap } of results) expect([settleWith, gap]).not.toContain(undefined);
  });

  it('are unknown where sshd_config may not be read', () => {
    const results = judged(edited(bundle, CONFIG, () => '', 'denied'));
    expect(of(results, 'password-authentication')).toMatchObject([
      { status: 'unknown', gap: { gap: 'denied', section: CONFIG } },
    ]);
  });
});

describe.each(plain)('a Match block on %s', (_, bundle) => {
  it('that makes a control weaker is a finding of its own, with its line', () => {
    const weak = behind(
      inFront(bundle, 'PasswordAuthentication no'),
      'Match Address 10.0.0.0/8',
      '  PasswordAuthentication yes',
    );
    expect(of(judged(weak), 'password-authentication')).toMatchObject([
      {
        status: 'fail',
        subject: 'Match Address 10.0.0.0/8',
        now: 'yes',
        evidence: [{ section: CONFIG, text: 'PasswordAuthentication yes' }],
        repair: { kind: 'manual' },
      },
      { status: 'pass' },
    ]);
  });

  it('that makes it stricter is none', () => {
    expect(statusOf(behind(bundle, 'Match User bob', '  X11Forwarding no'), 'x11-forwarding')).toBe('fail');
    expect(
      statusOf(behind(inFront(bundle, 'X11Forwarding no'), 'Match User bob', '  X11Forwarding no'), 'x11-forwarding'),
    ).toBe('pass');
  });

  it('counts by its first line', () => {
    const block = behind(bundle, 'Match User bob', '  PermitTunnel no', '  PermitTunnel yes');
    expect(statusOf(block, 'permit-tunnel')).toBe('pass');
  });

  it('that cannot be about root says nothing of root', () => {
    expect(statusOf(behind(bundle, 'Match User bob', '  PermitRootLogin yes'), 'permit-root-login')).toBe('pass');
    expect(statusOf(behind(bundle, 'Match Address 10.0.0.1', '  PermitRootLogin yes'), 'permit-root-login')).toBe(
      'fail pass',
    );
  });

  it('can take back what AuthenticationMethods demands', () => {
    const demands = inFront(bundle, 'AuthenticationMethods publickey');
    expect(statusOf(demands, 'password-authentication')).toBe('pass');
    const back = behind(demands, 'Match User bob', '  AuthenticationMethods any');
    expect(statusOf(back, 'password-authentication')).toBe('fail pass');
  });

  it('for all stands for everybody', () => {
    expect(of(judged(behind(bundle, 'Match all', '  MaxAuthTries 9')), 'max-auth-tries')).toMatchObject([
      { status: 'fail', now: '9' },
    ]);
  });
});

describe('the daemon that runs', () => {
  const [, bundle] = plain.at(-1) ?? [];
  if (!bundle) throw new Error('the lab has captured nothing');
  const started = (args: string) =>
    edited(bundle, 'processes', (text) =>
      text.replace(/sshd: \/usr\/sbin\/sshd -D/, `sshd: /usr/sbin/sshd -D ${args}`),
    );

  it('is judged by the file that it was started with', () => {
    const other = edited(
      started('-f /etc/ssh/other'),
      'file:/etc/ssh/other',
      () => 'X11Forwarding no\nPermitRootLogin yes',
    );
    expect(statusOf(other, 'x11-forwarding')).toBe('pass');
    expect(of(judged(other), 'permit-root-login')).toMatchObject([
      { status: 'fail', evidence: [{ section: 'file:/etc/ssh/other', line: 2 }] },
    ]);
  });

  it('is not known in what its command line sets', () => {
    const set = started('-o PermitRootLogin=yes');
    expect(of(judged(set), 'permit-root-login')).toMatchObject([
      { status: 'unknown', evidence: [{ section: 'processes' }] },
    ]);
    expect(statusOf(set, 'x11-forwarding')).toBe('fail');
  });
});

describe('the table of controls', () => {
  it('has a case for each', () => {
    // Always passes since 7.4; it is in the table for profiles of one's own.
    expect(Object.keys(CASES).sort()).toEqual(
      CONTROLS.map(({ id }) => id)
        .filter((id) => id !== 'compression')
        .sort(),
    );
  });

  it('names each once, and each profile holds some', () => {
    expect(new Set(CONTROLS.map(({ id }) => id)).size).toBe(CONTROLS.length);
    for (const name of PROFILES)
      expect(CONTROLS.filter(({ profiles }) => profiles[name]).length, name).toBeGreaterThan(5);
  });

  it('says for each who publishes it', () => {
    for (const { id, sources } of CONTROLS) expect(sources.length, id).toBeGreaterThan(0);
  });
});

describe('waivers', () => {
  const [, bundle] = plain[0] ?? [];
  if (!bundle) throw new Error('the lab has captured nothing');
  const waiver = { control: 'x11-forwarding', reason: 'the lab needs windows' };
  const withWaiver = (until: string, more = {}) => judged(bundle, { ...ALL, waivers: [{ ...waiver, until, ...more }] });

  it('count up to their last day', () => {
    expect(of(withWaiver('2026-11-25'), 'x11-forwarding')).toMatchObject([
      { status: 'waived', waiver: { reason: waiver.reason } },
    ]);
  });
  it('are findings again afterwards', () => {
    expect(of(withWaiver('2026-11-24'), 'x11-forwarding')).toMatchObject([
      { status: 'fail', detail: expect.stringContaining('ended on 2026-11-24') },
    ]);
  });
  it('that have ended and that nobody needs are findings, too', () => {
    expect(
      of(withWaiver('2026-11-24', { control: 'permit-tunnel' }), 'permit-tunnel').map(({ status }) => status),
    ).toEqual(['fail', 'pass']);
  });
  it('for one place leave the others', () => {
    expect(of(withWaiver('2027-01-01', { subject: 'Match User bob' }), 'x11-forwarding')).toMatchObject([
      { status: 'fail' },
    ]);
  });
});
