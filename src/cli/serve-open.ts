import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The program that opens an address in the user's browser; undefined where there is no screen to open it on. */
function opener(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | undefined {
  if (platform === 'darwin') return 'open';
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? 'xdg-open' : undefined;
}

/**
 * Opens the page in the user's browser. The address holds the token, and everybody on the machine can read the words that a program
 * is started with: so it stands in a file that only the user can read, which leads there. Returns what takes that file away.
 */
export function openInBrowser(url: string, env: NodeJS.ProcessEnv = process.env): () => void {
  const program = opener(env, process.platform);
  if (program === undefined) return () => undefined;
  const folder = mkdtempSync(path.join(env['XDG_RUNTIME_DIR'] || tmpdir(), 'sshwhy-serve-'));
  const file = path.join(folder, 'open.html');
  // The address is the program's own: digits, letters, and signs that mean nothing in an attribute.
  writeFileSync(
    file,
    `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${url}"><title>sshwhy</title>`,
    {
      mode: 0o600,
    },
  );
  const child = spawn(program, [file], { stdio: 'ignore', detached: true });
  // Without the program the address is on the terminal all the same.
  child.on('error', () => undefined);
  child.unref();
  return () => rmSync(folder, { recursive: true, force: true });
}
