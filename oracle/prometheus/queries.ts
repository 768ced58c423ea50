import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

export interface Query {
  readonly from: string;
  readonly expr: string;
  /** It need not have an answer now: an alert that is not due. */
  readonly silent: boolean;
}

interface Target {
  readonly expr: string;
}
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly targets?: readonly (Target & { readonly refId: string; readonly datasource: { readonly uid: string } })[];
}
export interface Dashboard {
  readonly schemaVersion: number;
  readonly uid: string;
  readonly id: null;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly definition?: string }[];
  };
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr?: string }[] };
}

export const dashboardOf = (root: string): Dashboard =>
  JSON.parse(readFileSync(path.join(root, 'packaging/grafana/sshwhy.json'), 'utf8'));

/** What Grafana puts in the place of its variables. */
const filled = (expr: string): string =>
  expr
    .replaceAll('$__rate_interval', '10s')
    .replaceAll('$__range', '1h')
    .replaceAll('$job', 'sshwhy')
    .replaceAll('$instance', '.*');

/** Every expression that Prometheus will be asked, of the rules and of the dashboard. */
export function queriesOf(root: string): readonly Query[] {
  const rules = parse(readFileSync(path.join(root, 'packaging/prometheus/sshwhy.rules.yml'), 'utf8')) as {
    groups: { rules: { record?: string; alert?: string; expr: string }[] }[];
  };
  const dashboard = dashboardOf(root);
  return [
    ...rules.groups.flatMap((group) =>
      group.rules.map(({ record, alert, expr }) => ({
        from: `rule ${record ?? alert}`,
        expr,
        silent: alert !== undefined,
      })),
    ),
    ...dashboard.panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => ({ from: `panel "${title}"`, expr: filled(expr), silent: false })),
    ),
    ...dashboard.annotations.list.flatMap(({ name, expr }) =>
      expr === undefined ? [] : [{ from: `annotation "${name}"`, expr: filled(expr), silent: true }],
    ),
    ...dashboard.templating.list.flatMap(({ name, definition }) => {
      const [, selector] = /^label_values\((.*), \w+\)$/.exec(definition ?? '') ?? [];
      return selector === undefined ? [] : [{ from: `variable ${name}`, expr: filled(selector), silent: false }];
    }),
  ];
}
