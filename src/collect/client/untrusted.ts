import { statSync } from 'node:fs';

/** Mode and owner of the configuration file that ssh complains of: `Bad owner or permissions on FILE` (readconf.c). */
export function untrustedFile(stderr: string) {
  const path = /^Bad owner or permissions on (\/.*)$/m.exec(stderr)?.[1];
  if (path === undefined) return undefined;
  try {
    const { mode, uid } = statSync(path);
    return { path, mode: `0${(mode & 0o7777).toString(8).padStart(3, '0')}`, uid, me: process.getuid?.() ?? 0 };
  } catch {
    return undefined;
  }
}
