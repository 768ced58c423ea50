import { lookup } from 'node:dns/promises';
import { open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Section } from '../../model/bundle.ts';
import { json } from './layout.ts';
import { option, type SshOptions } from './ssh-config.ts';

const LOOKUP_MS = 2000;
const BYTES_MAX = 256 * 1024;
const LINES_MAX = 5;

/** Lines `HostName VALUE` of the usual configuration files; what they include is not followed. */
async function settingLines(value: string): Promise<{ file: string; line: number; text: string }[]> {
  const found: { file: string; line: number; text: string }[] = [];
  for (const file of [join(homedir(), '.ssh/config'), '/etc/ssh/ssh_config']) {
    const handle = await open(file).catch(() => undefined);
    if (!handle) continue;
    try {
      const buffer = Buffer.alloc(BYTES_MAX);
      const { bytesRead } = await handle.read(buffer, 0, BYTES_MAX, 0);
      for (const [index, text] of buffer.toString('utf8', 0, bytesRead).split('\n').entries()) {
        const [word = '', set = ''] = text.trim().split(/[\s=]+/, 2);
        if (word.toLowerCase() === 'hostname' && set.toLowerCase() === value.toLowerCase())
          found.push({ file, line: index + 1, text: text.trim().slice(0, 200) });
      }
    } catch {
      // A directory, or a device: nothing to cite.
    } finally {
      await handle.close();
    }
  }
  return found.slice(0, LINES_MAX);
}

/**
 * Where the configuration makes another host of the one that was typed: what the typed name itself would have meant.
 * No section where it does not. Never rejects.
 */
export async function readAlias(typed: string, options: SshOptions): Promise<Record<string, Section>> {
  const hostname = option(options, 'hostname');
  if (hostname === undefined || hostname.toLowerCase() === typed.toLowerCase()) return {};
  const late = new Promise<never>((_, reject) => setTimeout(reject, LOOKUP_MS, new Error('timeout')).unref());
  const addresses = await Promise.race([lookup(typed, { all: true }), late]).then(
    (all) => [...new Set(all.map(({ address }) => address))],
    () => [],
  );
  return { alias: json({ typed, hostname, addresses, lines: await settingLines(hostname) }) };
}
