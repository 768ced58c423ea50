import { faults } from '../lab/faults.ts';
import { polite } from '../lab/polite.ts';
import type { Result } from '../lab/run.ts';
import { SUITES } from '../lab/seed.ts';
import { causes } from '../src/causes/index.gen.ts';

type Results = readonly Result[];

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const keyOf = ({ suite, name, variant }: Result): string => `${suite} ${name} ${variant}`;

/** What failed and was tried again counts by its second try. */
export function latest(results: Results): Results {
  return [...new Map(results.map((one) => [keyOf(one), one])).values()].sort((a, b) =>
    keyOf(a).localeCompare(keyOf(b), 'en'),
  );
}

const isCase = ({ name }: Result): boolean => name.includes('/');

/** How much there was. */
export function sums(results: Results): string {
  const cases = results.filter(isCase);
  const passed = results.filter((one) => one.passed).length;
  const fixed = cases.filter((one) => one.fixed && one.passed);
  const failed = results.filter((one) => !one.passed).map((one) => `\`${keyOf(one).trim()}\``);
  return `${results.length} fresh hosts of ${SUITES.join(', ')}: ${passed} passed${failed.length > 0 ? `; not: ${failed.join(', ')}` : ''}.
${cases.length} of them were broken in ${new Set(cases.map(({ name, variant }) => `${name} ${variant}`)).size} ways, by ${new Set(cases.map(({ name }) => name)).size} causes of ${causes.length}.
On ${fixed.length} of these sshwhy made the fix, a real login worked, and its undo brought back all that had been.
`;
}

const LETTERS = { server: 's', client: 'c', joined: 'j' } as const;

/** Cause × release: how many ways of breaking passed, and in which modes the cause stood first. */
export function causeTable(results: Results): string {
  const rows = causes.map(({ id }) => {
    const own = results.filter(({ name }) => name === id);
    const cells = SUITES.map((suite) => {
      const here = own.filter((one) => one.suite === suite && one.passed);
      if (here.length === 0) return own.some((one) => one.suite === suite) ? '**failed**' : '';
      const first = Object.entries(LETTERS).flatMap(([mode, letter]) => {
        const count = here.filter(({ seen }) => seen[mode] === id).length;
        return count > 0 ? [`${letter}${count}`] : [];
      });
      return `${here.length} (${first.join(' ')})`;
    });
    const fixed = own.filter((one) => one.fixed && one.passed).length;
    return [`[${id}](causes/${id}.md)`, ...(own.length === 0 ? ['no host was broken so', '', ''] : cells), fixed || ''];
  });
  return `
### Causes

How many ways of breaking a host passed on each release, and from which side the cause stood first there: s the server, c the client, j both
joined. Where a side has no letter it names what can be seen from it ("the key was refused"), as its page says. Fixes: on how many hosts the fix
was made, proven by a login and taken back.

${table(
  ['cause', ...SUITES, 'fixes'],
  rows.map((row) => row.map(String)),
)}
`;
}

/** Which variants of a kind passed, and where. */
function variants(results: Results, kind: string): string[][] {
  const own = results.filter(({ name }) => name === kind);
  return [...new Set(own.map(({ variant }) => variant))].map((variant) => {
    const here = own.filter((one) => one.variant === variant);
    return [variant, here.map(({ suite, passed }) => (passed ? suite : `**${suite}: failed**`)).join(', ')];
  });
}

export function healthyTable(results: Results): string {
  return `
### Healthy hosts

Asked from each side, as root and not: nothing blocks, nothing degrades, no advice.

${table(['host', 'silent on'], variants(results, 'healthy'))}
`;
}

export function faultTable(results: Results): string {
  return `
### Faults while a fix is made

${faults.length} faults. After each the old login works or the new one does, never neither.

${table(['fault', 'passed on'], variants(results, 'fault'))}
`;
}

export function politeTable(results: Results): string {
  const cost = new Map(polite.map(({ name, host, bastion }) => [name, [host, bastion] as const]));
  const rows = variants(results, 'polite').map(([variant = '', where = '']) => {
    const [host, bastion] = cost.get(variant) ?? [];
    const of = (one: typeof host) => (one ? `${one.connections} connections, ${one.attempts} attempts` : '');
    return [variant, of(host), of(bastion), where];
  });
  return `
### What a diagnosis costs the server

Counted by its kernel and its log; fail2ban with its default settings bans nobody.

${table(['diagnosis', 'the server sees', 'a jump host sees', 'counted on'], rows)}
`;
}

/** The other kinds, by number. */
export function otherTable(results: Results): string {
  const known = new Set(['healthy', 'fault', 'polite']);
  const kinds = [...new Set(results.filter((one) => !isCase(one)).map(({ name }) => name))].filter(
    (name) => !known.has(name),
  );
  const rows = kinds.map((kind) => {
    const own = results.filter(({ name }) => name === kind);
    return [kind, String(own.length), String(own.filter(({ passed }) => passed).length)];
  });
  return `
### Everything else that the lab tries

${table(['what', 'hosts', 'passed'], rows)}
`;
}
