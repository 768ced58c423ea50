import { describe, expect, it } from 'vitest';
import { attemptOf } from '../../src/app/attempt.ts';
import { causes } from '../../src/causes/index.gen.ts';
import { conclude } from '../../src/reason/conclude.ts';
import { otherServer } from '../../src/reason/other-server.ts';
import { bundles } from '../cause-test.ts';

const others = bundles('healthy').filter(([name]) => /dropbear|tinyssh/.test(name));
const sshds = bundles('healthy').filter(([name]) => !/dropbear|tinyssh/.test(name));
const CLIENT = ['ssh-config', 'dns', 'tcp', 'kexinit', 'attempt', 'route', 'known-hosts', 'identities'];

describe('another SSH server on the asked port', () => {
  it.each(others)('is recognised in %s, also by the server alone', (name, bundle) => {
    const attempt = attemptOf(bundle);
    const wanted = name.includes('tinyssh') ? 'TinySSH' : 'Dropbear';
    expect(otherServer(bundle, attempt)?.name).toBe(wanted);
    const sections = Object.fromEntries(Object.entries(bundle.sections).filter(([each]) => !CLIENT.includes(each)));
    const server = { ...bundle, sections };
    expect(otherServer(server, attempt)?.name).toBe(wanted);

    const { gates, findings, blind } = conclude(causes, server, attempt);
    expect(findings).toEqual([]);
    const outcome = Object.fromEntries(gates.map((gate) => [gate.gate, gate.outcome]));
    expect(outcome).toMatchObject({ daemon: 'open', handshake: 'unknown', auth: 'unknown', session: 'unknown' });
    expect(blind.find(({ section }) => section === wanted)?.settleWith).toMatch(/^ps /);
  });

  it.each(sshds)('is not seen in %s', (_, bundle) => {
    expect(otherServer(bundle, attemptOf(bundle))).toBeUndefined();
  });

  it('does not stand for sshd when no port was asked about', () => {
    const [, beside] = others.find(([name]) => name === 'bookworm-dropbear.bundle') ?? [];
    if (!beside) throw new Error('no such fixture');
    const { port: _, ...attempt } = attemptOf(beside);
    expect(otherServer(beside, attempt)).toBeUndefined();
  });
});
