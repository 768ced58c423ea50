import { describe, expect, it } from 'vitest';
import { hostsAccess } from '../../src/facts/hosts-access.ts';

const CLIENT = '10.77.2.10';
const denied = (line: string, from = CLIENT) => hostsAccess(null, [line], from);

// Each answer was given by a real sshd of Debian 11, 12 and 13 (lab/cases/admission/tcp-wrappers.ts), or is hosts_access(5)'s own.
describe('what TCP wrappers say to a client', () => {
  it('names what a line runs beside the daemon, and in its place', () => {
    const spawn = hostsAccess(['sshd: 10.77. : spawn /usr/bin/logger "%h\\: no" : deny'], null, CLIENT);
    expect(spawn).toMatchObject({
      outcome: 'deny',
      rule: { runs: { how: 'spawn', command: '/usr/bin/logger "%h: no"' } },
    });
    expect(denied('sshd: ALL : twist /bin/echo go away')).toMatchObject({
      outcome: 'deny',
      rule: { runs: { how: 'twist', command: '/bin/echo go away' } },
    });
  });

  it('lets in by a line of hosts.allow that only runs something', () => {
    expect(hostsAccess(['sshd: ALL : spawn /bin/true'], ['ALL: ALL'], CLIENT).outcome).toBe('allow');
    expect(hostsAccess(['sshd: ALL : twist /bin/echo no'], null, CLIENT).outcome).toBe('deny');
  });

  it.each([
    ['sshd: 10.77. EXCEPT 10.77.2.', 'allow'],
    ['sshd: 10.77. EXCEPT 10.77.2. EXCEPT 10.77.2.10', 'deny'],
    ['ALL EXCEPT sshd: ALL', 'allow'],
    ['sshd: 10.77.2.0/255.255.255.0', 'deny'],
    ['sshd: 10.77.3.0/24', 'allow'],
    ['sshd@10.77.2.20: ALL', 'deny'],
    ['sshd: [fd77:2::]/64', 'allow'],
    ['sshd: .example.com', 'unknown'],
    ['sshd: UNKNOWN', 'unknown'],
  ])('of "%s" in hosts.deny', (line, outcome) => expect(denied(line).outcome).toBe(outcome));

  it('reads IPv6 networks in brackets', () => {
    expect(denied('sshd: [fd77:2::]/64', 'fd77:2::10').outcome).toBe('deny');
  });
});
