import { describe, expect, it } from 'vitest';
import { applyHardening, type HardenApply, type Proof } from '../../src/app/harden-apply.ts';
import type { HardenPlan } from '../../src/model/hardening.ts';
import type { Transport } from '../../src/transport/transport.ts';

const plan: HardenPlan = {
  changes: [{ kind: 'mode', path: '/etc/ssh/sshd_config', mode: '0600' }],
  satisfies: ['config-modes'],
  left: [],
  endsPasswords: false,
  shutOut: [],
  keepers: [],
};
const root: Proof = { works: true, canBecomeRoot: true, said: 'alice' };

/** A server that answers each script by its own words, and what it was asked. */
function server(answers: Readonly<Record<string, string>>): { door: Transport; asked: string[] } {
  const asked: string[] = [];
  const door: Transport = {
    name: 'test',
    async run(script) {
      const kind = /^action='?(\w+)/m.exec(script)?.[1] ?? /^mode='?(\w+)/m.exec(script)?.[1] ?? '';
      asked.push(kind);
      return { code: 0, stdout: answers[kind] ?? '', stderr: '', timedOut: false };
    },
  } as Transport;
  return { door, asked };
}

const GOOD = {
  dry: '@@ diff +x\n@@ done\n',
  apply: '@@ armed systemd\n@@ applied\n',
  confirm: '@@ confirmed\n',
  undo: '@@ restored\n',
};

async function hardened(o: Partial<HardenApply> & { readonly answers?: Readonly<Record<string, string>> }) {
  const { door, asked } = server({ ...GOOD, ...o.answers });
  const done = await applyHardening({
    plan,
    door,
    profile: 'cis',
    within: 60,
    prove: async () => root,
    agree: async () => true,
    step: () => {},
    ...o,
  });
  return { ...done, asked };
}

describe('hardening', () => {
  it('stays once a new login works', async () => {
    expect(await hardened({})).toMatchObject({ outcome: 'applied', asked: ['dry', 'apply', 'confirm'] });
  });

  it.each<[string, Partial<HardenApply>]>([
    [
      'there is no login by key',
      { prove: async () => ({ works: false, canBecomeRoot: false, said: 'Permission denied' }) },
    ],
    [
      'passwords end, and who gets in cannot become root',
      { plan: { ...plan, endsPasswords: true }, prove: async () => ({ ...root, canBecomeRoot: false }) },
    ],
    ['a key would be shut out', { plan: { ...plan, shutOut: [{ user: 'bob', key: 'SHA256:x' }] } }],
  ])('changes nothing where %s', async (_, o) => {
    expect(await hardened(o)).toMatchObject({ outcome: 'refused', asked: [], why: expect.any(String) });
  });

  it('changes nothing that nobody agrees to', async () => {
    expect(await hardened({ agree: async () => false })).toMatchObject({ outcome: 'declined', asked: ['dry'] });
    expect(await hardened({ answers: { dry: '@@ refused not root\n' } })).toMatchObject({
      outcome: 'refused',
      why: 'not root',
      asked: ['dry'],
    });
    expect(await hardened({ plan: { ...plan, changes: [] } })).toMatchObject({ outcome: 'nothing', asked: [] });
  });

  it('is taken back where the new login fails, or the guard was quicker', async () => {
    let logins = 0;
    const once = async (): Promise<Proof> =>
      logins++ === 0 ? root : { works: false, canBecomeRoot: false, said: 'closed' };
    expect(await hardened({ prove: once })).toMatchObject({
      outcome: 'rolled-back',
      asked: ['dry', 'apply', 'undo'],
      why: expect.stringContaining('closed'),
    });
    expect(logins).toBeGreaterThan(3);
    expect(await hardened({ answers: { confirm: '@@ restored\n' } })).toMatchObject({
      outcome: 'rolled-back',
      asked: ['dry', 'apply', 'confirm', 'undo'],
    });
  });

  it('is taken back when it is interrupted', async () => {
    const stop = new Error('interrupted');
    let logins = 0;
    const prove = async (): Promise<Proof> => {
      if (logins++ > 0) throw stop;
      return root;
    };
    const { door, asked } = server(GOOD);
    const o = { plan, door, profile: 'cis', within: 60, prove, agree: async () => true, step: () => {} };
    await expect(applyHardening(o)).rejects.toBe(stop);
    expect(asked).toEqual(['dry', 'apply', 'undo']);
  });

  it('says when not all of it could be put back', async () => {
    expect(await hardened({ answers: { apply: '@@ damaged see the log\n' } })).toMatchObject({
      outcome: 'damaged',
      why: 'see the log',
    });
  });
});
