import { describe, expect, it } from 'vitest';
import { attemptOf } from '../../src/app/attempt.ts';
import { report } from '../../src/app/diagnose.ts';
import { reportSchema } from '../../src/model/report.ts';
import { terminal } from '../../src/report/terminal.ts';
import { fixture } from '../facts/client/fixtures.ts';

const reported = (name: string) => {
  const bundle = fixture(name);
  return report('web1', bundle, attemptOf(bundle), 1);
};

describe('a jump host', () => {
  it.each(['bullseye', 'trixie'])('is put through its own gates and causes, with ssh of %s', (suite) => {
    const made = reported(`jump-encrypted-key-client-${suite}`);
    expect(reportSchema.safeParse(made).error).toBeUndefined();
    const [first] = made.causes;
    expect(first).toMatchObject({ id: 'client/jump-host-failed', role: 'blocking', verdict: 'confirmed' });
    expect(first?.text).toMatch(/^At the jump host bob@bastion: .*\(client\/key-encrypted-noninteractive\)$/);
    expect(first?.evidence[0]?.section).toBe('hop:1:attempt');
    expect(first?.fix).toMatchObject({
      manual: expect.arrayContaining([expect.stringMatching(/^For bob@bastion: .*ssh-add/)]),
    });
    expect(made.hops).toMatchObject([{ name: 'bob@bastion', closed: true }]);
    expect(terminal(made, { color: false, width: 200 })).toContain(
      '✖ by way of bob@bastion: closed at its gate "client"',
    );
  });

  it.each(['bullseye', 'bookworm', 'trixie'])('that is in order is only named, with ssh of %s', (suite) => {
    const made = reported(`jump-client-${suite}`);
    expect(made.causes).toEqual([]);
    expect(made.hops).toMatchObject([{ closed: false }]);
    expect(terminal(made, { color: false, width: 200 })).toContain(
      '✔ by way of alice@bastion: logged in with publickey',
    );
  });
});

describe('what would settle it', () => {
  it('is the exact line to run on the server, the key by its fingerprint', () => {
    const made = reported('wrong-key-9.2');
    const server = made.blind.find(({ section }) => section === 'server');
    expect(server?.settleWith).toMatch(
      /^sudo sshwhy server --user \S+ --from \S+ --key SHA256:[\w+/]{43}( --port \d+)?$/,
    );
  });
});
