import { describe, expect, it } from 'vitest';
import { bisect, configOf } from '../../src/app/bisect.ts';
import { writeBundle } from '../../src/facts/bundle.ts';
import { parseConfig } from '../../src/facts/sshd/parse.ts';
import type { Section } from '../../src/model/bundle.ts';
import type { Transport } from '../../src/transport/transport.ts';

const MAIN = '/etc/ssh/sshd_config';
const TEXT = `Port 2222
Include /etc/ssh/sshd_config.d/*.conf
UsePAM yes
Match User alice
  PubkeyAuthentication no
  X11Forwarding no
Match all
MaxAuthTries 2
`;
const FILES: Readonly<Record<string, string>> = { [MAIN]: TEXT, '/etc/ssh/sshd_config.d/10.conf': 'DenyUsers bob' };

/** A server that answers as second-sshd.sh does; `works` looks at the configuration that it is given. */
function door(works: (config: string) => string): Transport {
  const sections = Object.fromEntries(
    Object.entries(FILES).map(([path, text]): [string, Section] => [`file:${path}`, { status: 'ok', text }]),
  );
  const bundle = writeBundle({ schema: 1, takenAt: '2026-01-01T00:00:00Z', sections });
  return {
    name: 'fake',
    run: async (script) => {
      const lines = /^SSHWHY_LINES='?([^']*)'?$/m.exec(script)?.[1];
      const stdout = lines === undefined ? bundle : works(lines);
      return { code: 0, stdout, stderr: '', timedOut: false };
    },
  };
}

describe('the lines of a configuration', () => {
  it('keep their Match blocks, which come last', () => {
    const files = new Map<string, Section>([[MAIN, { status: 'ok', text: TEXT }]]);
    const { directives } = parseConfig(files, MAIN);
    const lines = directives.filter(({ keyword }) => !['port', 'include', 'match'].includes(keyword));
    expect(
      configOf(lines, ['StrictModes no'])
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual([
      'UsePAM yes',
      'StrictModes no',
      'Match User alice',
      'PubkeyAuthentication no',
      'X11Forwarding no',
      'Match all',
      'MaxAuthTries 2',
    ]);
  });
});

describe('bisect', () => {
  it('names the line, in the block that it stands in', async () => {
    const found = await bisect(
      door((config) => `result=${/PubkeyAuthentication no/.test(config) ? 'refused' : 'in'}\nsaid=Permission denied`),
      { user: 'alice' },
      {},
    );
    expect(found).toMatchObject({ outcome: 'found', said: 'Permission denied' });
    expect(found.lines.map(({ text }) => text.trim())).toEqual(['PubkeyAuthentication no']);
  });

  it('names all lines that are needed together', async () => {
    const both = (config: string) => /MaxAuthTries/.test(config) && /DenyUsers/.test(config);
    const { lines } = await bisect(
      door((config) => `result=${both(config) ? 'refused' : 'in'}`),
      { user: 'alice' },
      {},
    );
    expect(lines.map(({ file, line }) => `${file}:${line}`)).toEqual(['/etc/ssh/sshd_config.d/10.conf:1', `${MAIN}:8`]);
  });

  it('does not blame the configuration for what fails without it, or does not fail', async () => {
    expect(
      (
        await bisect(
          door(() => 'result=refused'),
          { user: 'alice' },
          {},
        )
      ).outcome,
    ).toBe('not-the-configuration');
    expect(
      (
        await bisect(
          door(() => 'result=in'),
          { user: 'alice' },
          {},
        )
      ).outcome,
    ).toBe('works');
  });

  it('knows that nothing works without PAM where the account needs it', async () => {
    const needsPam = (config: string) =>
      `result=${/UsePAM yes/.test(config) && !/DenyUsers/.test(config) ? 'in' : 'refused'}`;
    const { lines } = await bisect(door(needsPam), { user: 'alice' }, {});
    expect(lines.map(({ text }) => text)).toEqual(['DenyUsers bob']);
  });

  it('says why when no second sshd can be tried', async () => {
    const work = bisect(
      door(() => 'result=impossible\nsaid=only root can'),
      { user: 'alice' },
      {},
    );
    await expect(work).rejects.toThrow(/no second sshd can be tried: only root can/);
    await expect(
      bisect(
        door(() => ''),
        { user: 'alice' },
        {},
      ),
    ).rejects.toThrow(/no answer/);
  });
});
