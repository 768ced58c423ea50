import { describe, expect, it } from 'vitest';
import { report } from '../../src/app/diagnose.ts';
import { vantageSection } from '../../src/facts/vantage.ts';
import type { Bundle } from '../../src/model/bundle.ts';
import { reportSchema } from '../../src/model/report.ts';
import { fromElsewhere } from '../../src/reason/vantage.ts';
import { terminal } from '../../src/report/terminal.ts';

const ok = (text: string) => ({ status: 'ok', text }) as const;

function bundle(here: string, there: Readonly<Record<string, string>>, mine = '10.0.0.2'): Bundle {
  const probe = { address: mine, port: 22, outcome: here, ms: 5 };
  return {
    schema: 1,
    takenAt: '2026-01-01T00:00:00Z',
    sections: {
      tcp: ok(JSON.stringify({ probes: [probe] })),
      dns: ok(JSON.stringify({ name: 'web1', lookup: { addresses: [mine], ms: 1 } })),
      ...Object.fromEntries(Object.entries(there).map(([name, text]) => [vantageSection(name), ok(text)])),
    },
  };
}

const proves = (...args: Parameters<typeof bundle>) => fromElsewhere(bundle(...args))?.proves ?? '';
const open = 'port=22\naddress=10.0.0.2\nfrom=10.0.0.9\nms=3\noutcome=open\nbanner=SSH-2.0-x';
const silent = 'port=22\naddress=10.0.0.2\noutcome=timed-out';

describe('looks from elsewhere', () => {
  it('say nothing when there were none', () => expect(fromElsewhere(bundle('open', {}))).toBeUndefined());

  it.each([
    ['timed-out', { 'ssh:b': open }, /^ssh:b can reach it and this machine cannot: the server runs/],
    [
      'timed-out',
      { 'ssh:b': silent, 'ssh:c': silent },
      /^It cannot be reached from anywhere, and all see the same \(timed-out\)/,
    ],
    ['refused', { 'ssh:b': silent }, /^It cannot be reached from anywhere:/],
    ['open', { 'ssh:b': open }, /open from everywhere/],
    ['open', { 'ssh:b': open, 'ssh:c': silent }, /^It is open from here and not from ssh:c:/],
    ['open', { 'ssh:b': 'port=22\ntool=' }, /^Nothing: no other machine could look/],
  ])('here %s', (here, there, sentence) => expect(proves(here, there)).toMatch(sentence));

  it('tell a name that means another machine there', () => {
    expect(proves('timed-out', { 'ssh:b': open }, '192.0.2.1')).toMatch(
      /another address from ssh:b \(10\.0\.0\.2\) than from here \(192\.0\.2\.1\): split horizon/,
    );
  });

  it('are in the report, and nothing foreign reaches the terminal raw', () => {
    const hostile = { 'exec:a b': `${open}\x1b[2J`, 'ssh:\x1b]0;x': silent };
    const made = report('web1', bundle('timed-out', hostile), { at: '' }, 1);
    expect(reportSchema.safeParse(made).error).toBeUndefined();
    expect(made.vantages?.seen.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['exec:a b', 'open'],
      ['ssh:\x1b]0;x', 'timed-out'],
    ]);
    const text = terminal(made, { color: false, width: 80 });
    expect(text).toMatch(/exec:a b \(10\.0\.0\.9\) +10\.0\.0\.2 +open in 3 ms +SSH-2\.0-x/);
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
  });

  it('strengthen a filter on the way, for the same address only', () => {
    const first = (mine?: string) =>
      report('web1', bundle('timed-out', { 'ssh:b': open }, mine), { at: '' }, 1).causes[0];
    expect(first()).toMatchObject({ id: 'firewall/path-filtered', verdict: 'likely' });
    expect(first()?.text).toContain('ssh:b reaches port 22 of 10.0.0.2');
    expect(first('192.0.2.1')?.id).not.toBe('firewall/path-filtered');
  });
});
