import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dashboardOf, queriesOf } from '../../oracle/prometheus/queries.ts';
import { METRICS } from '../../src/reason/watch/metrics.ts';

const root = path.join(import.meta.dirname, '../..');
const dashboard = dashboardOf(root);
const shown = dashboard.panels.filter(({ type }) => type !== 'row');

describe('the dashboard', () => {
  it('can be imported anywhere: no id of a database, one uid, a data source to choose', () => {
    expect(dashboard.id).toBeNull();
    expect(dashboard.uid).toBe('sshwhy-watch');
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(36);
    expect(dashboard.templating.list.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'datasource datasource',
      'job query',
      'instance query',
    ]);
    for (const { datasource, targets } of shown)
      for (const uid of [datasource?.uid, ...(targets ?? []).map((target) => target.datasource.uid)])
        expect(uid).toBe(`\${${'datasource'}}`);
  });

  it('needs no plugin', () => {
    const types = new Set(dashboard.panels.map(({ type }) => type));
    expect([...types].sort()).toEqual(['bargauge', 'row', 'stat', 'timeseries']);
  });

  it('has panels that are numbered once, described, asked something, and do not cover each other', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { title, description, targets = [] } of shown) {
      expect(description, title).toMatch(/\w.*\.$/);
      expect(targets.length, title).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
    }
    const taken = new Set<string>();
    for (const { gridPos, title } of dashboard.panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x} ${y}`), title).toBe(false);
          taken.add(`${x} ${y}`);
        }
    }
  });
});

describe('what is asked of Prometheus', () => {
  const recorded = readFileSync(path.join(root, 'packaging/prometheus/sshwhy.rules.yml'), 'utf8').match(
    /(?<=record: )\S+/g,
  );
  const known = new Set([...Object.keys(METRICS), ...(recorded ?? []), 'up']);

  it('is about metrics that there are, and label values that they have', () => {
    for (const { from, expr } of queriesOf(root)) {
      for (const [, name = '', selector = ''] of expr.matchAll(
        /\b((?:sshd|sshwhy|process|nodejs)[\w:]*)(\{[^}]*\})?/g,
      )) {
        if (/^(process|nodejs)_/.test(name) || /="[^"]*$/.test(expr.slice(0, expr.indexOf(name)))) continue;
        if (name === 'sshwhy' && selector === '') continue;
        expect(known, `${from}: ${name}`).toContain(name);
        const labels: Record<string, readonly string[]> =
          (METRICS as Record<string, { labels?: Record<string, readonly string[]> }>)[name]?.labels ?? {};
        for (const [, label = '', values = ''] of selector.matchAll(/(\w+)=~?"([^"]*)"/g))
          for (const value of values.split('|'))
            if (labels[label] !== undefined) expect(labels[label], `${from}: ${label}`).toContain(value);
      }
    }
  });

  it('is tested, each alert that is due and each that is not', () => {
    const rules = readFileSync(path.join(root, 'packaging/prometheus/sshwhy.rules.yml'), 'utf8');
    const tests = readFileSync(path.join(root, 'packaging/prometheus/sshwhy.rules.test.yml'), 'utf8');
    for (const alert of rules.match(/(?<=alert: )\w+/g) ?? [])
      expect(tests.split(`alertname: ${alert}`).length - 1, alert).toBeGreaterThanOrEqual(2);
  });
});
