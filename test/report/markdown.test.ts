import fc from 'fast-check';
import type { Token } from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { visible } from '../../src/report/escape.ts';
import { markdown } from '../../src/report/markdown.ts';
import { fence, inline } from '../../src/report/markdown-text.ts';
import { markdownSkeleton, markdownParser as parser } from './parsed.ts';
import { attack, attacked, everything, real, UNSEEN } from './reports.ts';

/** What a reader sees of inline text. */
const read = (tokens: readonly Token[]): string =>
  tokens.map(({ content, children }) => (children ? read(children) : content)).join('');

describe('foreign text in Markdown', () => {
  it('is read as it was, wherever it stands', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'<>"\'`&|\\[]()!*_~#=-+.:/1 \n\tax$;{}') }), (said) => {
        const shown = visible(said).trim();
        fc.pre(shown !== '');
        for (const [before, after] of [
          ['', ''],
          ['- ', ''],
          ['### ', ''],
          ['x ', ' y'],
        ]) {
          const tokens = parser.parse(`${before}${inline(said)}${after}`, {}).filter(({ type }) => type === 'inline');
          expect(tokens).toHaveLength(1);
          expect(read(tokens)).toBe(before === 'x ' ? `x ${shown} y` : shown);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('cannot close its fence', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: fc.constantFrom(...'`~ \n\tx') }), fc.stringMatching(/^ {0,3}`{3,9} ?$/)), {
          minLength: 1,
        }),
        (lines) => {
          const tokens = parser.parse(fence(lines).join('\n'), {});
          expect(tokens.map(({ type }) => type)).toEqual(['fence']);
          expect(tokens[0]?.content).toBe(`${lines.map(visible).join('\n')}\n`);
        },
      ),
    );
  });

  it('stays readable where nothing needs to be escaped', () => {
    expect(inline('/root/.ssh/known_hosts:11 says hmac-sha2-512-etm@openssh.com (web-1)')).toBe(
      '/root/.ssh/known_hosts:11 says hmac-sha2-512-etm@openssh.com (web-1)',
    );
  });
});

describe('the report as Markdown', () => {
  it('has no mark that the report did not write, and no HTML, whatever a host says', () => {
    fc.assert(
      fc.property(attack, (said) => {
        const { hostile, plain } = attacked(said);
        const text = markdown(hostile);
        expect(text).not.toMatch(UNSEEN);
        const tokens = parser.parse(text, {});
        expect(markdownSkeleton(tokens)).toEqual(markdownSkeleton(parser.parse(markdown(plain), {})));
        expect(
          tokens.flatMap(({ type, children }) => [type, ...(children ?? []).map((each) => each.type)]),
        ).not.toSatisfy((types: string[]) => types.some((type) => /^html|^link|^image/.test(type)));
      }),
    );
  });

  it.each([...real, ['all parts', everything] as const])(
    'keeps the cells of each row, and says everything: %s',
    (_, report) => {
      const tokens = parser.parse(markdown(report), {});
      let heads = 0;
      let cells = 0;
      for (const { type } of tokens) {
        if (type === 'table_open') heads = 0;
        if (type === 'tr_open') cells = 0;
        if (type === 'th_open') heads++;
        if (type === 'td_open') cells++;
        if (type === 'tr_close' && cells > 0) expect(cells).toBe(heads);
      }
      const told = tokens.map((token) => read([token])).join('\n');
      for (const { text } of report.causes) expect(told).toContain(visible(text));
      for (const { detail } of report.gates) expect(told).toContain(visible(detail));
      for (const { settleWith } of report.blind) expect(told).toContain(visible(settleWith));
      const fences = tokens.filter(({ type }) => type === 'fence').map(({ content }) => content);
      for (const { fix, role } of report.causes)
        if (fix && 'commands' in fix && (role === 'blocking' || role === 'degrading'))
          expect(fences).toContain(`${fix.commands.map(visible).join('\n')}\n`);
    },
  );
});
