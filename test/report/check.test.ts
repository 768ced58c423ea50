import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failing, harden } from '../../src/app/harden.ts';
import { builtIn } from '../../src/app/harden-profile.ts';
import { parseBundle } from '../../src/facts/bundle.ts';
import type { FleetHost, FleetSummary } from '../../src/model/fleet.ts';
import { asLog, diagnosisAnnotations, fleetAnnotations, hardenAnnotations } from '../../src/report/check/github.ts';
import { diagnosisPlugin, fleetPlugin, hardenPlugin, pluginFailure } from '../../src/report/check/plugin.ts';
import { diagnosisMetrics, fleetMetrics, hardenMetrics } from '../../src/report/check/textfile.ts';
import { attack, attacked, real, reportOf, UNSEEN } from './reports.ts';

const bundle = parseBundle(
  readFileSync(path.join(import.meta.dirname, '../fixtures/harden/bookworm-everything.bundle'), 'utf8'),
);
const posture = harden(bundle, {
  input: 'web1',
  profile: builtIn('sshwhy'),
  failOn: 'medium',
  today: '2026-11-25',
  plan: false,
});

const hostNamed = (name: string): FleetHost => ({
  kind: 'host',
  asked: 'check',
  name,
  address: '192.0.2.7',
  port: 22,
  groups: [],
  tags: [],
  at: '2026-11-25T10:00:00Z',
  outcome: 'closed',
  gate: 'daemon',
  found: [{ id: 'daemon/not-running', verdict: 'likely', says: name }],
  says: name,
  gates: [],
  ms: { tcp: 1, banner: 2 },
});
const summaryOf = (name: string, outcomes: Record<string, number> = { closed: 1 }): FleetSummary => ({
  kind: 'summary',
  schema: 1,
  hosts: Object.values(outcomes).reduce((sum, one) => sum + one, 0),
  outcomes,
  groups: [{ id: 'daemon/not-running', verdict: 'likely', says: name, hosts: [name], count: 1 }],
  ms: 12,
  interrupted: false,
});

describe('the output of a plugin', () => {
  it.each(real)('has the state that the gates have, and performance data: %s', (_, report) => {
    const { state, text } = diagnosisPlugin(report);
    const [first = '', ...more] = text.split('\n');
    const [says = '', data = '', ...rest] = first.split('|');
    expect(rest).toEqual([]);
    expect(says).toMatch(new RegExp(`^SSH ${state} - alice@web1`));
    expect(more.join('\n')).not.toContain('|');
    // 'label'=value[UOM];[warn];[crit];[min];[max], of the Monitoring Plugins' guidelines.
    for (const one of data.split(' ')) expect(one).toMatch(/^[a-z]+=\d+\.\d{3}s;;;0$/);
    expect(data).toContain('total=0.412s');
    expect(text.length).toBeLessThan(8192);
    const closed = report.gates.some(({ outcome }) => outcome === 'closed');
    const blocked = report.causes.some(({ role }) => role === 'blocking');
    expect(state === 'CRITICAL').toBe(closed || blocked);
  });

  it('goes by limits of time', () => {
    const report = reportOf('healthy', real[0]?.[0].split('/')[1]?.replace('.bundle', '') ?? '');
    expect(diagnosisPlugin(report).state).toBe('OK');
    const warned = diagnosisPlugin(report, { total: { warning: 0.4, critical: 1 } });
    expect(warned.state).toBe('WARNING');
    expect(warned.text).toMatch(/total took 0\.412 s.*\|.*total=0\.412s;0\.4;1;0/);
    expect(diagnosisPlugin(report, { total: { critical: 0.4 } }).state).toBe('CRITICAL');
    expect(diagnosisPlugin(report, { total: { warning: 0.412 } }).state).toBe('OK');
  });

  it('is one line and its data, whatever a host says', () => {
    fc.assert(
      fc.property(attack, (said) => {
        const { hostile } = attacked(said);
        for (const text of [
          diagnosisPlugin(hostile).text,
          fleetPlugin(summaryOf(said)).text,
          pluginFailure(said),
          hardenPlugin(posture, [{ ...failing(posture)[0], now: said } as never], false).text,
        ]) {
          expect(text).not.toMatch(UNSEEN);
          expect(text).not.toMatch(/[<>&$`]/);
          expect(text.split('|').length).toBeLessThanOrEqual(2);
          expect(text.split('\n')[0]).toMatch(/^SSH (OK|WARNING|CRITICAL|UNKNOWN) - /);
        }
      }),
    );
  });

  it('says how a posture and many hosts are', () => {
    expect(hardenPlugin(posture, failing(posture), false).state).toBe('CRITICAL');
    expect(hardenPlugin(posture, [], false).state).toBe('OK');
    expect(hardenPlugin(posture, [], true).state).toBe('UNKNOWN');
    const states = [
      { open: 2 },
      { open: 1, degraded: 1 },
      { open: 1, unknown: 1 },
      { unknown: 2 },
      { open: 9, closed: 1 },
    ];
    expect(states.map((outcomes) => fleetPlugin(summaryOf('x', outcomes)).state)).toEqual([
      'OK',
      'WARNING',
      'WARNING',
      'UNKNOWN',
      'CRITICAL',
    ]);
  });
});

/** Reads workflow commands as the runner does (actions/runner, ActionCommand.cs, TryParseV2). @throws Error for other lines. */
function commands(text: string): { level: string; properties: Record<string, string>; says: string }[] {
  const back = (word: string): string =>
    word
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%25', '%');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const end = line.indexOf('::', 2);
      if (!line.startsWith('::') || end < 0) throw new Error(`no command: ${line}`);
      const info = line.slice(2, end);
      const [level = '', rest = ''] = [info.split(' ')[0], info.slice(info.indexOf(' ') + 1)];
      const properties = Object.fromEntries(
        rest.split(',').map((pair) => {
          const [, key = '', value = ''] = /^([a-z]+)=(.*)$/.exec(pair) ?? [];
          if (key === '') throw new Error(`no property: ${pair}`);
          return [key, back(value)];
        }),
      );
      return { level, properties, says: back(line.slice(end + 2)) };
    });
}

describe('annotations for GitHub', () => {
  it.each(real)('are errors for what keeps out: %s', (_, report) => {
    const all = commands(diagnosisAnnotations(report));
    const blocked = report.causes.filter(({ role }) => role === 'blocking').length;
    const closed = report.gates.some(({ outcome }) => outcome === 'closed');
    expect(all.filter(({ level }) => level === 'error')).toHaveLength(blocked > 0 ? blocked : closed ? 1 : 0);
  });

  it('name the file and the line', () => {
    const all = commands(hardenAnnotations(posture));
    const one = all.find(({ properties }) => properties['title'] === 'sshwhy password-authentication');
    expect(one?.level).toBe('error');
    expect(all.some(({ properties }) => properties['file'] === '/etc/ssh/sshd_config' && properties['line'])).toBe(
      true,
    );
  });

  it('hold no command and no property of a host', () => {
    fc.assert(
      fc.property(attack, (said) => {
        const { hostile, plain } = attacked(said);
        // A file is named where a section is one of a file, and this one may be.
        const shape = (text: string): unknown =>
          commands(text).map(({ level, properties }) => [
            level,
            Object.keys(properties).filter((key) => key !== 'file' && key !== 'line'),
          ]);
        for (const text of [diagnosisAnnotations(hostile), fleetAnnotations(summaryOf(said))])
          expect(text).not.toMatch(UNSEEN);
        expect(shape(diagnosisAnnotations(hostile))).toEqual(shape(diagnosisAnnotations(plain)));
        expect(shape(fleetAnnotations(summaryOf(said)))).toEqual(shape(fleetAnnotations(summaryOf('x'))));
      }),
    );
  });

  it('stand beside a log that the runner reads for no commands', () => {
    expect(asLog('::error::x\n##[error]y', 'token')).toBe(
      '::stop-commands::token\n::error::x\n##[error]y\n::token::\n',
    );
  });
});

/** Series of the text format of Prometheus. @throws Error where a line is none. */
function series(text: string): string[] {
  const named = new Set<string>();
  return text.split('\n').flatMap((line) => {
    const [, kind, name = ''] = /^# (HELP|TYPE) ([a-z_]+) .+$/.exec(line) ?? [];
    if (kind === 'TYPE') named.add(name);
    if (kind !== undefined || line === '') return [];
    const [, metric = ''] = /^([a-z_]+)\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*\} (?:[\d.e+-]+|Nan)$/.exec(line) ?? [];
    if (!named.has(metric)) throw new Error(`no series: ${line}`);
    return [metric];
  });
}

describe('metrics for a textfile', () => {
  it.each(real)('say whether the login is open, and each gate: %s', async (_, report) => {
    const text = await diagnosisMetrics(report);
    expect(series(text).filter((name) => name === 'sshwhy_gate_info')).toHaveLength(10);
    const closed =
      report.causes.some(({ role }) => role === 'blocking') || report.gates.some(({ outcome }) => outcome === 'closed');
    expect(/^sshwhy_login_open\{destination="alice@web1"\} 0$/m.test(text)).toBe(closed);
  });

  it('stay metrics, whatever a host says', async () => {
    await fc.assert(
      fc.asyncProperty(attack, async (said) => {
        const { hostile, plain } = attacked(said);
        const [text, same] = [await diagnosisMetrics(hostile), await diagnosisMetrics(plain)];
        expect(text).not.toMatch(UNSEEN);
        expect(series(text)).toEqual(series(same));
        expect(series(await fleetMetrics([hostNamed(said)], summaryOf(said)))).toEqual(
          series(await fleetMetrics([hostNamed('x')], summaryOf('x'))),
        );
      }),
    );
  });

  it('count what fails of a profile', async () => {
    expect(await hardenMetrics(posture)).toContain(
      `sshwhy_harden_results{destination="web1",profile="sshwhy",status="fail"} ${posture.counts.fail}\n`,
    );
  });
});
