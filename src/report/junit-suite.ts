import { type Markup, type Piece, textOf, xml } from './markup.ts';

interface Suite {
  readonly name: string;
  readonly cases: readonly Markup[];
  readonly failures: number;
  readonly skipped: number;
  readonly ms?: number;
  /** RFC 3339 */
  readonly timestamp?: string | undefined;
}

/** A file of one suite of tests. The elements are those that Jenkins and GitLab read; there is no standard. */
export function junitFile({ name, cases, failures, skipped, ms, timestamp }: Suite): string {
  const time = ms !== undefined && xml` time="${(ms / 1000).toFixed(3)}"`;
  const counts = xml`tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}"${time}`;
  return textOf(xml`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="sshwhy" ${counts}>
  <testsuite name="${name}" ${counts}${timestamp !== undefined && xml` timestamp="${timestamp}"`}>${cases}
  </testsuite>
</testsuites>
`);
}

/** Lines of text, each on a line of its own. */
export function junitLines(lines: readonly string[]): Piece {
  const newline = xml`\n`;
  return [lines.map((line) => [newline, line]), newline];
}
