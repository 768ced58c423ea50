import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { visible } from '../../src/report/escape.ts';
import { htmlPage } from '../../src/report/html/page.ts';
import { html, textOf } from '../../src/report/markup.ts';
import {
  all,
  attribute,
  children,
  classed,
  type Element,
  htmlSkeleton,
  isElement,
  type Node,
  tags,
  text,
} from './parsed.ts';
import { attack, attacked, everything, real, reportOf, UNSEEN } from './reports.ts';

describe('a template', () => {
  it('escapes what is put into it, and takes markup only from another one', () => {
    const forged = JSON.parse('{"markup":"<b>"}');
    expect(textOf(html`<p title="${'"<'}">${'<&>'}${html`<b>${"'"}</b>`}${[1, undefined, false, '`']}</p>`)).toBe(
      '<p title="&quot;&lt;">&lt;&amp;&gt;<b>&#39;</b>1&#96;</p>',
    );
    expect(() => html`${forged}`).toThrow();
    expect(() => html`<p title=${'x'}>`).toThrow(/quotation marks/);
  });
});

describe('the page', () => {
  it('has no element, attribute or comment that the template did not write, whatever a host says', () => {
    fc.assert(
      fc.property(attack, (said) => {
        const { hostile, plain } = attacked(said);
        const page = htmlPage(hostile);
        expect(page).not.toMatch(UNSEEN);
        expect(htmlSkeleton(parse(page))).toEqual(htmlSkeleton(parse(htmlPage(plain))));
      }),
    );
  });

  it('shows what was said, to the letter', () => {
    const said = '</pre><script>alert("1")</script>\x1b[31m\u202e';
    const [first, ...rest] = everything.causes;
    if (!first) throw new Error('no cause');
    const page = parse(
      htmlPage({
        ...everything,
        causes: [{ ...first, evidence: [{ ...first.evidence[0], side: 'server', section: 'x', text: said }] }, ...rest],
      }),
    );
    expect(
      classed(page, 'seen')
        .flatMap((list) => tags(list, 'code'))
        .map(text),
    ).toContain(visible(said));
  });

  it.each(real)('is whole, allows nothing but itself, and can be used without eyes or mouse: %s', (_, report) => {
    const errors: string[] = [];
    const page = parse(htmlPage(report), { onParseError: ({ code }) => errors.push(code) });
    expect(errors).toEqual([]);

    const policy = tags(page, 'meta').find((one) => attribute(one, 'http-equiv') === 'Content-Security-Policy');
    const sha = (code: Element | undefined): string =>
      `'sha256-${createHash('sha256')
        .update(code ? text(code) : '')
        .digest('base64')}'`;
    const [style, ...styles] = tags(page, 'style');
    const [script, ...scripts] = tags(page, 'script');
    expect([styles, scripts]).toEqual([[], []]);
    expect(attribute(policy as Element, 'content')).toBe(
      `default-src 'none'; style-src ${sha(style)}; script-src ${sha(script)}; base-uri 'none'; form-action 'none'`,
    );
    for (const one of all(page))
      for (const { name, value } of one.attrs) {
        expect(name).not.toMatch(/^on|^style$|^src|^srcset$|^action$/);
        if (name === 'href') expect(value).toMatch(/^#/);
      }

    const ids = all(page).flatMap((one) => attribute(one, 'id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const one of all(page)) {
      const named = attribute(one, 'aria-labelledby') ?? attribute(one, 'href')?.slice(1);
      if (named !== undefined) expect(ids).toContain(named);
    }
    const levels = all(page).flatMap(({ tagName }) => (/^h[1-6]$/.test(tagName) ? [Number(tagName[1])] : []));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [at, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[at - 1] ?? 0) + 1);
    for (const name of ['header', 'nav', 'main', 'footer']) expect(tags(page, name)).toHaveLength(1);
    for (const picture of tags(page, 'svg')) expect(attribute(picture, 'aria-hidden')).toBe('true');
    for (const details of tags(page, 'details')) expect(children(details).find(isElement)?.tagName).toBe('summary');
    for (const head of tags(page, 'th')) expect(attribute(head, 'scope')).toBe('col');
  });

  it.each(real)('tells everything that is in the report: %s', (_, report) => {
    const page = parse(htmlPage(report));
    const gates = classed(page, 'gates')[0];
    expect(gates && tags(gates, 'li').map((one) => attribute(one, 'class'))).toEqual(
      report.gates.map(({ outcome }) => outcome),
    );
    const broken = report.gates.findIndex(({ outcome }) => outcome === 'closed') > 0;
    expect(classed(page, 'chain').flatMap((one) => tags(one, 'path'))).toHaveLength(broken ? 1 : 0);

    const articles = tags(page, 'article');
    expect(articles).toHaveLength(report.causes.length);
    for (const cause of report.causes) {
      const article = articles.find((one) => text(tags(one, 'h3')[0] as Node) === visible(cause.text));
      if (!article) throw new Error(`no article: ${cause.text}`);
      expect(attribute(article, 'class')).toBe(cause.role);
      expect(text(article)).toContain(cause.verdict);
      const seen = classed(article, 'seen').flatMap((list) => tags(list, 'li'));
      expect(seen).toHaveLength(cause.evidence.length);
      for (const [at, { text: said, line }] of cause.evidence.entries()) {
        expect(text(tags(seen[at] as Node, 'pre')[0] as Node)).toBe(`${line ?? ''}${visible(said)}`);
      }
      const rows = tags(article, 'tbody').flatMap((body) => tags(body, 'tr'));
      expect(rows).toHaveLength(cause.trace?.length ?? 0);
      if (cause.fix && 'commands' in cause.fix) {
        const blocks = classed(article, 'fix').flatMap((fix) => tags(fix, 'pre'));
        expect(text(blocks[0] as Node)).toBe(cause.fix.commands.map(visible).join('\n'));
        expect(blocks).toHaveLength(cause.fix.undo ? 2 : 1);
      }
    }
    const blind = all(page).find((one) => attribute(one, 'id') === 'blind');
    expect(blind ? text(blind) : '').toSatisfy((told: string) =>
      report.blind.every(({ settleWith }) => told.includes(visible(settleWith))),
    );
  });

  it('has jump hosts, other machines, time, negotiation, host keys and known holes where they are', () => {
    const page = parse(htmlPage(everything));
    const part = (id: string): Element => {
      const found = all(page).find((one) => attribute(one, 'id') === id);
      if (!found) throw new Error(`no part ${id}`);
      return found;
    };
    const rows = (id: string): number => tags(part(id), 'tbody').flatMap((body) => tags(body, 'tr')).length;
    expect(tags(part('hops'), 'ol')).toHaveLength(everything.hops?.length ?? -1);
    expect(rows('elsewhere')).toBe(2);
    expect(rows('host-keys')).toBe(everything.hostKeys?.length);
    expect(rows('negotiation')).toBeGreaterThan(3);
    const widths = classed(part('time'), 'bar')
      .flatMap((bar) => tags(bar, 'rect'))
      .map((one) => Number(attribute(one, 'width')));
    const steps = Object.keys(everything.timing ?? {}).length;
    expect(widths.slice(0, steps).reduce((sum, wide) => sum + wide, 0)).toBeCloseTo(1000, 0);
    for (const { id } of everything.advisories?.holes ?? []) expect(text(part('advisories'))).toContain(id);
  });

  it('offers to copy a command only where what is shown is what would run', () => {
    const report = reportOf('causes/daemon/config-invalid', 'bookworm');
    const [first] = report.causes;
    if (!first?.fix || !('commands' in first.fix)) throw new Error('no fix');
    const with_ = (commands: string[]): number =>
      tags(
        parse(
          htmlPage({
            ...report,
            causes: [{ ...first, fix: { summary: 'x', risk: 'safe', where: 'server', commands } }],
          }),
        ),
        'button',
      ).length;
    expect(with_(['sshd -t', 'true'])).toBe(1);
    expect(with_(['sshd -t', 'true\x1b'])).toBe(0);
  });
});
