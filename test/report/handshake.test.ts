import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptOf } from '../../src/app/attempt.ts';
import { report } from '../../src/app/diagnose.ts';
import type { Bundle } from '../../src/model/bundle.ts';
import { type Report, reportSchema } from '../../src/model/report.ts';
import { handshakeLines } from '../../src/report/handshake.ts';
import { bundles } from '../cause-test.ts';

const plain = { color: false, width: 100 };
const made = (bundle: Bundle): Report => report('', bundle, attemptOf(bundle), 1);
const shown = (name: string, file = 'bookworm'): Report => {
  const [, bundle] = bundles(`causes/handshake/${name}`).find(([each]) => each === `${file}.bundle`) ?? [];
  if (!bundle) throw new Error(`no fixture of ${name}`);
  return made(bundle);
};

describe('the handshake in the report', () => {
  it.each([...bundles('healthy'), ...bundles('causes/handshake/mac-mismatch')])(
    'fits the schema for %s',
    (_, bundle) => {
      const answer = made(bundle);
      expect(reportSchema.safeParse(answer).error).toBeUndefined();
      // ssh -G tells nothing of compression.
      expect(answer.negotiation?.rows.length).toBeGreaterThanOrEqual(6);
      expect(Object.keys(answer.timing ?? {})).toContain('tcp');
    },
  );

  it('is not there for a server alone', () => {
    const [, bundle] = bundles('healthy')[0] ?? [];
    if (!bundle) throw new Error('no fixture');
    const CLIENT = ['ssh-config', 'dns', 'tcp', 'kexinit', 'attempt', 'route', 'known-hosts', 'identities'];
    const sections = Object.fromEntries(Object.entries(bundle.sections).filter(([name]) => !CLIENT.includes(name)));
    expect(made({ ...bundle, sections })).not.toHaveProperty('negotiation');
    expect(made({ ...bundle, sections })).not.toHaveProperty('timing');
    expect(made({ ...bundle, sections })).not.toHaveProperty('hostKeys');
  });

  it('shows what fails and what would help, each pair of directions once', () => {
    const text = handshakeLines(shown('mac-mismatch'), { ...plain, verbose: true }).join('\n');
    expect(text).toMatch(/✔ cipher +aes256-ctr\n/);
    expect(text).toMatch(
      /✖ MAC +nothing in common\n +client .*\n +server hmac-md5\n +→ server: MACs hmac-md5,hmac-sha2-512/,
    );
    expect(text).toMatch(/→ client: -o MACs=\+hmac-md5 \(may weaken\)/);
    expect(text.match(/nothing in common/g)).toHaveLength(1);
  });

  it('says unasked where the time went when something is slow, and else nothing', () => {
    expect(handshakeLines(shown('slow', 'bookworm-pam'), plain).join('\n')).toMatch(
      /^\nWhere the time went \(\d+ ms\):\n.*█{15}/,
    );
    expect(handshakeLines(shown('mac-mismatch'), plain)).toEqual([]);
  });

  it('never lets what a server says reach the terminal raw', () => {
    const base = shown('mac-mismatch');
    const names = fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 });
    fc.assert(
      fc.property(names, fc.string({ unit: 'binary' }), (list, word) => {
        const row = { what: 'cipher out', client: list, server: list, outcome: 'none', changes: [] } as const;
        const change = { side: 'server', algorithm: word, weakens: true, setting: word } as const;
        const answer = {
          ...base,
          negotiation: {
            client: 'x',
            server: 'y',
            rows: [{ ...row, client: [...list], server: [...list], changes: [change] }],
            strictKex: true,
            extInfo: true,
          },
          hostKeys: [{ type: word, fingerprint: word, shown: true, known: 'differs' as const, where: list }],
        };
        const text = handshakeLines(answer, { ...plain, verbose: true }).join('');
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
