import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CENTRAL_SERVICE, type ServiceKind, WATCH_SERVICE } from '../../src/app/watch-service-kinds.ts';
import { unitText } from '../../src/app/watch-unit.ts';

const template = ({ template: name }: ServiceKind): string =>
  readFileSync(path.join(import.meta.dirname, '../../packaging/systemd', name), 'utf8');

/** The unit as it would be installed here: with programs that exist. */
const unit = (kind: ServiceKind, network: boolean): string =>
  unitText(template(kind), {
    ...{ node: '/bin/true', program: '/bin/true', groups: kind.groups, network, bootHidden: false, port: 9623 },
    heapMb: kind.heapMb,
  });

const [, release = ''] =
  /^systemd (\d+)/.exec(spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' }).stdout ?? '') ?? [];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-units-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What systemd-analyze says of it. */
function analyze(kind: ServiceKind, network: boolean, ...words: readonly string[]) {
  const file = path.join(folder, kind.unit);
  writeFileSync(file, unit(kind, network));
  const { status, stdout, stderr } = spawnSync('systemd-analyze', [...words, file], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, SYSTEMD_COLORS: '0', LC_ALL: 'C' },
  });
  return { status, says: `${stdout}${stderr}` };
}

describe.each([WATCH_SERVICE, CENTRAL_SERVICE])('$unit', (kind) => {
  it.skipIf(release === '')('is one that systemd understands (skipped where there is no systemd-analyze)', () => {
    const { says } = analyze(kind, false, 'verify', '--man=no');
    expect(says.split('\n').filter((line) => line.includes(kind.unit))).toEqual([]);
  });

  // Before 251 only units of the running systemd could be asked about; the lab does that.
  it.skipIf(!(Number(release) >= 251))('is let do next to nothing (skipped before systemd 251)', () => {
    const exposure = (network: boolean): number => {
      const { says } = analyze(kind, network, 'security', '--offline=true', '--no-pager');
      return Number(/exposure level for .*: (\d+\.\d) /.exec(says)?.[1]);
    };
    expect(exposure(false)).toBeLessThanOrEqual(1.3);
    expect(exposure(true)).toBeLessThanOrEqual(1.5);
  });
});

it('gives the heap less than the process, and measures with the heap that runs', () => {
  const heap = (text: string): number => Number(/--max-old-space-size=(\d+)/.exec(text)?.[1]);
  for (const kind of [WATCH_SERVICE, CENTRAL_SERVICE]) {
    const text = unit(kind, true);
    const [max = 0, high = 0] = ['Max', 'High'].map((name) =>
      Number(new RegExp(`^Memory${name}=(\\d+)M$`, 'm').exec(text)?.[1]),
    );
    // Beside the heap lie code, buffers, SQLite's pages and the young generation; what is measured is in docs/guides/monitoring.md.
    expect(heap(text)).toBeLessThan(high);
    expect(high).toBeLessThan(max);
  }
  expect(template(WATCH_SERVICE)).toMatch(/^MemoryMax=768M$/m);
  const { scripts } = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../package.json'), 'utf8')) as {
    scripts: Readonly<Record<string, string>>;
  };
  expect(heap(scripts['bench:replay'] ?? '')).toBe(heap(unit(WATCH_SERVICE, true)));
});

it('lets the centre do nothing that the watch may not, but use more memory', () => {
  const settings = (kind: ServiceKind): readonly string[] =>
    unit(kind, false)
      .split('\n')
      .filter(
        (line) =>
          /^(?:[A-Z]\w+)=/.test(line) &&
          !/^(?:Description|Wants|After|ExecStart|SyslogIdentifier|User|SupplementaryGroups|StateDirectory|Memory\w+)=/.test(
            line,
          ),
      );
  expect(settings(CENTRAL_SERVICE)).toEqual(expect.arrayContaining([...settings(WATCH_SERVICE)]));
});
