import { Resolver } from 'node:dns/promises';
import { open, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Section } from '../../model/bundle.ts';
import { hostsLines } from './dns.ts';
import { json } from './layout.ts';
import { option, type SshOptions } from './ssh-config.ts';

const LOOKUP_MS = 1500;
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
 * Addresses of a name by hosts file, else by the first nameserver that answers. Not by getaddrinfo(3), which cannot be
 * given up on when no nameserver answers and would keep the process waiting.
 */
async function addressesOf(name: string): Promise<string[]> {
  const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
  const listed = hostsLines((await read('/etc/hosts')).slice(0, BYTES_MAX), name);
  if (listed.length > 0) return listed.map(({ address }) => address);
  const domain = /^(?:search|domain)\s+(\S+)/m.exec((await read('/etc/resolv.conf')).slice(0, BYTES_MAX))?.[1];
  const asked = name.includes('.') || domain === undefined ? name : `${name}.${domain}`;
  const resolver = new Resolver({ timeout: LOOKUP_MS, tries: 1 });
  const timer = setTimeout(() => resolver.cancel(), LOOKUP_MS);
  const answers = await Promise.allSettled([resolver.resolve4(asked), resolver.resolve6(asked)]);
  clearTimeout(timer);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}

/**
 * Where the configuration makes another host of the one that was typed: what the typed name itself would have meant.
 * No section where it does not. Never rejects.
 */
export async function readAlias(typed: string, options: SshOptions): Promise<Record<string, Section>> {
  const hostname = option(options, 'hostname');
  if (hostname === undefined || hostname.toLowerCase() === typed.toLowerCase()) return {};
  const addresses = await addressesOf(typed);
  return { alias: json({ typed, hostname, addresses, lines: await settingLines(hostname) }) };
}
