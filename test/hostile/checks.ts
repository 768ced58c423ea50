import { createHash } from 'node:crypto';
import { parse as parseCsv } from 'csv-parse/sync';
import { parse } from 'parse5';
import { expect } from 'vitest';
import { all, attribute, markdownParser, sarifRun, strings, text as textIn, xmlElements } from '../report/parsed.ts';

/** What a terminal obeys, or the eye does not see; a line may end. */
const OBEYED = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** For people, on a terminal that is none: no colour either. */
export function terminal(text: string): void {
  const found = OBEYED.exec(text);
  if (found) throw new Error(`raw ${JSON.stringify(found[0])} in: ${JSON.stringify(around(text, found.index))}`);
}

const around = (text: string, at: number): string => text.slice(Math.max(0, at - 80), at + 80);

function json(text: string): void {
  terminal(text);
  JSON.parse(text);
}

function jsonLines(text: string): void {
  terminal(text);
  for (const line of text.split('\n').filter((one) => one !== '')) JSON.parse(line);
}

/** What the templates write. */
const ELEMENTS = new Set(
  `a article b body br button caption circle code details div footer g h1 h2 h3 h4 h5 head header html input label li line main meta nav ol
  option p path pre rect script search section select span style summary svg table tbody td text th thead title tr ul`.split(
    /\s+/,
  ),
);
const LOADS = /^(?:on.*|style|src|srcset|srcdoc|action|formaction|ping|background|poster|data|xlink:href|manifest)$/;

function html(text: string): void {
  const page = parse(text);
  const elements = all(page);
  const policy = elements.flatMap((one) => (attribute(one, 'http-equiv') ? [attribute(one, 'content') ?? ''] : []));
  expect(policy).toHaveLength(1);
  expect(policy[0]).toMatch(/^default-src 'none'; /);
  for (const one of elements) {
    expect(ELEMENTS).toContain(one.tagName);
    if (one.tagName === 'script' || one.tagName === 'style') {
      const hash = createHash('sha256').update(textIn(one)).digest('base64');
      expect(policy[0]).toContain(`sha256-${hash}`);
    }
    for (const { name, value } of one.attrs) {
      expect(name).not.toMatch(LOADS);
      if (name === 'href') expect(value).toMatch(/^#[\w-]*$/);
    }
  }
  terminal(text);
}

function markdown(text: string): void {
  terminal(text);
  const tokens = markdownParser.parse(text, {}).flatMap((one) => [one, ...(one.children ?? [])]);
  for (const { type, attrs } of tokens) {
    expect(type).not.toMatch(/^html_|^image$/);
    for (const [name, value] of attrs ?? [])
      if (name === 'href') expect(value).toMatch(/^docs\/causes\/[a-z0-9/-]+\.md$/);
  }
}

const JUNIT = /^(?:testsuites|testsuite|testcase|properties|property|failure|error|skipped|system-out|system-err)$/;

function junit(text: string): void {
  terminal(text);
  for (const { name } of xmlElements(text)) expect(name).toMatch(JUNIT);
}

/** RFC 3986: of a file, of our pages, or relative, where the first part cannot be read as a scheme. */
const URI = /^(?:file:\/\/\/|https:\/\/|[\w.~%!$&'()*+,;=@-]*(?:\/|$))(?:[\w.~!$&'()*+,;=:@/-]|%[\dA-F]{2})*$/i;

function sarif(text: string): void {
  json(text);
  const run = sarifRun(JSON.parse(text));
  for (const one of strings(run)) expect(one).not.toMatch(OBEYED);
  for (const uri of uris(run)) expect(uri).toMatch(URI);
}

const uris = (value: unknown): readonly string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, each]) =>
        /uri$/i.test(name) && typeof each === 'string' ? [each] : uris(each),
      );

function nagios(text: string): void {
  terminal(text);
  const [first = '', ...rest] = text.trimEnd().split('\n');
  expect(first).toMatch(
    /^SSH (?:OK|WARNING|CRITICAL|UNKNOWN) - [^|<>&$`]*(?:\|(?:[a-z_]+=[\d.]+s?;[\d.]*;[\d.]*;0 ?)+)?$/,
  );
  for (const line of rest) expect(line).not.toMatch(/[|<>&$`]/);
}

const LABEL = String.raw`[a-z_]+="(?:[^"\\\n]|\\["\\n])*"`;
const SERIES = new RegExp(String.raw`^sshwhy_[a-z_]+(?:\{${LABEL}(?:,${LABEL})*\})? (?:-?[\d.e+-]+|NaN)$`);

/** The text format of Prometheus, of which we write a part. */
function prometheus(text: string): void {
  terminal(text);
  for (const line of text.split('\n'))
    if (line !== '')
      expect(line).toMatch(
        line.startsWith('#') ? /^# (?:HELP sshwhy_[a-z_]+ [^\\]+|TYPE sshwhy_[a-z_]+ gauge)$/ : SERIES,
      );
}

const OWN_COMMAND = /^::(?:error|warning|notice) (?:file=[^,:]+,)?(?:line=\d+,)?title=sshwhy [^,:]*::/;

/** As the runner reads a log: a line that begins with `::` is one command; an older form, `##[`, stands anywhere in another line. */
function github(text: string): void {
  terminal(text);
  let token: string | undefined;
  for (const line of text.split('\n')) {
    if (token !== undefined) {
      if (line.trimStart() === `::${token}::`) token = undefined;
      continue;
    }
    token = /^::stop-commands::([0-9a-f-]{36})$/.exec(line)?.[1];
    if (token !== undefined || line === '') continue;
    expect(line).toMatch(OWN_COMMAND);
  }
  expect(token).toBeUndefined();
}

/** RFC 4180; cells that a spreadsheet would work out. */
function csv(text: string): void {
  expect(text.replaceAll('\r\n', '\n')).not.toMatch(/\r/);
  terminal(text.replaceAll('\r\n', '\n'));
  const [head = [], ...rows] = parseCsv(text, { relax_column_count: false }) as string[][];
  for (const row of rows) {
    expect(row).toHaveLength(head.length);
    for (const cell of row) expect(cell).not.toMatch(/^[=+@\t\r]|^-(?![\d.]+$)/);
  }
}

/** A script for a console is read by a shell, not by a person; what it must not do is looked at where it runs. */
const script = (text: string): void => expect(text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);

/** What each form must be, whatever was said. */
export const FORMS = {
  ...{ terminal, json, jsonLines, html, markdown, junit, sarif, nagios, prometheus, github, csv, script },
} as const;
export type Form = keyof typeof FORMS;
