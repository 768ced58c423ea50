import { readFileSync } from 'node:fs';
import { shellQuote } from '../model/remedy.ts';

const read = new Map<string, string>();

function script(name: string): string {
  const text = read.get(name) ?? readFileSync(new URL(`./${name}`, import.meta.url), 'utf8');
  read.set(name, text);
  return text;
}

/** Assignments in front of a script. Values are quoted, never interpreted. */
function asking(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${shellQuote(String(value))}\n`]))
    .join('');
}

/** `collect.sh` with what it is asked about before it; fed to `sh` on the server. */
export function collectScript(o: { user?: string; from?: string; port?: number }): string {
  return `${asking({ SSHWHY_USER: o.user, SSHWHY_FROM: o.from, SSHWHY_PORT: o.port })}\n${script('collect.sh')}`;
}

/** `second-sshd.sh` with the account and the lines of the configuration that are tried. */
export function secondSshdScript(o: { user: string; lines: string }): string {
  return `${asking({ SSHWHY_USER: o.user, SSHWHY_LINES: o.lines })}\n${script('second-sshd.sh')}`;
}

/** `vantage.sh` with the endpoint that it looks at. */
export function vantageScript(o: { host: string; port: number }): string {
  return `${asking({ SSHWHY_HOST: o.host, SSHWHY_PORT: o.port })}\n${script('vantage.sh')}`;
}
