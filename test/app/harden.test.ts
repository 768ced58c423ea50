import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { type HardenQuestion, harden, hardenStatus, readBaseline } from '../../src/app/harden.ts';
import { builtIn } from '../../src/app/harden-profile.ts';
import type { Bundle } from '../../src/model/bundle.ts';
import { LookError } from '../../src/model/errors.ts';
import { hardenMarkdown } from '../../src/report/harden/markdown.ts';
import { hardenSarif } from '../../src/report/harden/sarif.ts';
import { hardenText } from '../../src/report/harden/terminal.ts';
import { ALL, behind, edited, inFront, plain, TODAY } from '../harden-bundles.ts';

const question: HardenQuestion = { input: 'web1', profile: ALL, failOn: 'medium', today: TODAY, plan: true };
const report = (bundle: Bundle, more: Partial<HardenQuestion> = {}) => harden(bundle, { ...question, ...more });
const json = (file: string) => JSON.parse(readFileSync(path.join(import.meta.dirname, '../..', file), 'utf8'));

const ours = new Ajv2020({ allErrors: true, validateFormats: false }).compile(json('schema/harden.schema.json'));
const { $schema: _, id: __, ...sarif } = json('test/fixtures/sarif-2.1.0-rtm.5.schema.json');
const theirs = new Ajv({ allErrors: true, strict: false, validateFormats: false, unicodeRegExp: false }).compile(sarif);

const ESCAPES = '\x1b]0;owned\x07\x9b31m\u202e<script>alert(1)</script> | `x`';
const hostile = (bundle: Bundle) =>
  behind(
    edited(bundle, 'meta', (text) => text.replace(/^hostname=.*$/m, `hostname=${ESCAPES}`)),
    `Banner ${ESCAPES}`,
    `Match User "${ESCAPES}"`,
    '  PasswordAuthentication yes',
    `  X11Forwarding yes # ${ESCAPES}`,
  );

describe.each(plain)('the report on %s', (_name, bundle) => {
  it.each([
    ['as it is', bundle],
    ['hostile', hostile(bundle)],
  ])('is what its schemas say, %s', (_what, one) => {
    const made = report(one);
    expect(ours(JSON.parse(JSON.stringify(made))), JSON.stringify(ours.errors)).toBe(true);
    expect(theirs(JSON.parse(JSON.stringify(hardenSarif(made)))), JSON.stringify(theirs.errors)).toBe(true);
  });

  it('lets nothing foreign through raw', () => {
    const made = report(hostile(bundle));
    const out = [
      hardenText(made, { color: false, verbose: true }),
      hardenMarkdown(made),
      JSON.stringify(hardenSarif(made)).replaceAll('\\\\', ''),
    ].join('\n');
    expect(out).not.toMatch(/[\x1b\x07\x9b\u202e]|\\u001b/);
    expect(hardenMarkdown(made)).not.toMatch(/<script|`x`/);
  });

  it('fails a run by the severity that was asked for', () => {
    const low = report(
      inFront(
        bundle,
        'PasswordAuthentication no',
        'KbdInteractiveAuthentication no',
        'HostKeyAlgorithms ssh-ed25519',
        'PerSourcePenalties yes',
      ),
      { profile: { ...builtIn('sshwhy'), wants: new Map([['x11-forwarding', { is: ['no'] }]]) } },
    );
    expect(hardenStatus(low)).toBe(0);
    expect(hardenStatus({ ...low, failOn: 'low' })).toBe(1);
    expect(hardenStatus(report(bundle))).toBe(1);
    const none = { status: 'denied', text: '' } as const;
    expect(
      hardenStatus(
        report({ ...bundle, sections: { meta: bundle.sections['meta'] ?? none, 'file:/etc/ssh/sshd_config': none } }),
      ),
    ).toBe(3);
  });

  it('tells what has changed since a baseline', () => {
    const { plan: _plan, ...before } = report(inFront(bundle, 'X11Forwarding no', 'PermitTunnel yes'));
    const baseline = readBaseline('old.json', JSON.stringify(before));
    const { drift } = report(behind(bundle, 'Match User bob', '  GatewayPorts yes'), { baseline });
    expect(drift?.changes).toEqual([
      { result: 'gateway-ports @ Match User bob', direction: 'worse', before: 'not there', after: 'fail (yes)' },
      { result: 'x11-forwarding', direction: 'worse', before: 'pass (no)', after: 'fail (yes)' },
      { result: 'permit-tunnel', direction: 'better', before: 'fail (yes)', after: 'pass (no)' },
    ]);
    expect(report(bundle, { baseline: readBaseline('x', JSON.stringify(report(bundle))) }).drift?.changes).toEqual([]);
  });
});

it.each(['', 'null', '{}', '{"schema":1}', '[1]'])('a baseline of %j is none', (text) => {
  expect(() => readBaseline('old.json', text)).toThrow(LookError);
});
