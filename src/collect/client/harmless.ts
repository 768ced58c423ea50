import { fileList, option, type SshOptions } from './ssh-config.ts';

/** Nothing of the user's is written, forwarded, shared or asked for; the rest stays as configured. */
export const HARMLESS = [
  'BatchMode=yes',
  'NumberOfPasswordPrompts=0',
  'ConnectionAttempts=1',
  'ControlMaster=no',
  'ControlPath=none',
  'PermitLocalCommand=no',
  'RemoteCommand=none',
  'RequestTTY=no',
  'ForwardAgent=no',
  'ForwardX11=no',
  'ClearAllForwardings=yes',
  'Tunnel=no',
  'UpdateHostKeys=no',
  'AddKeysToAgent=no',
  'VisualHostKey=no',
];

/** The same for a jump host, where a connection that is shared already may be used: it costs no login. */
export const HARMLESS_HOP = HARMLESS.filter((each) => !/^(?:ControlPath|RemoteCommand)=/.test(each));

export const words = (options: readonly string[]): string[] => options.flatMap((each) => ['-o', each]);

function quoteFile(path: string): string {
  return /\s/.test(path) ? `"${path}"` : path;
}

/**
 * A throwaway file in front takes what ssh would write into the user's known_hosts; `ask` becomes accept-new, because a
 * question cannot be answered here and an unknown key must not hide what comes after it.
 */
export function hostKeyOptions(options: SshOptions, throwaway: string): string[] {
  const strict = option(options, 'stricthostkeychecking') ?? 'ask';
  if (strict === 'yes' || strict === 'true') return [];
  const files = [throwaway, ...fileList(options, 'userknownhostsfile')].map(quoteFile).join(' ');
  return [`UserKnownHostsFile=${files}`, ...(strict === 'ask' ? ['StrictHostKeyChecking=accept-new'] : [])];
}
