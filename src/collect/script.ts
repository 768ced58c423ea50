import { readFileSync } from 'node:fs';
import { shellQuote } from '../model/remedy.ts';

let text: string | undefined;

/** `collect.sh` with what it is asked about before it; fed to `sh` on the server. Values are quoted, never interpreted. */
export function collectScript(o: { user?: string; from?: string; port?: number }): string {
  text ??= readFileSync(new URL('./collect.sh', import.meta.url), 'utf8');
  const asked = Object.entries({ SSHWHY_USER: o.user, SSHWHY_FROM: o.from, SSHWHY_PORT: o.port });
  const preamble = asked.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${shellQuote(String(value))}`],
  );
  return `${preamble.join('\n')}\n${text}`;
}
