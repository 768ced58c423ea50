import { sshdBinary } from '../binary.ts';
import { listeners } from '../listeners.ts';
import { derived, family, Unparsable } from '../source.ts';
import { parseConfig, type SshdConfig } from './parse.ts';

export const MAIN_CONFIG = '/etc/ssh/sshd_config';

const collectedFiles = family('server', 'file:', 'the text of collected files', (files) => files, 'sshd-config-files');

export const sshdConfig = derived(
  'sshd-config',
  'sshd_config and everything that it includes, with file and line of each directive (sshd_config(5))',
  { files: collectedFiles },
  ({ files, binary, sockets }): SshdConfig => {
    const { status, detail } = files.get(MAIN_CONFIG) ?? {};
    if (status === 'unsupported') throw new Unparsable(detail ?? 'it is of no use here');
    const { release, version = '' } = binary ?? {};
    return {
      ...parseConfig(files, MAIN_CONFIG, release && [release.major, release.minor]),
      ...(version.includes(',') && { version: version.slice(0, version.indexOf(',')) }),
      ...(sockets && { unbound: sockets.every(({ device }) => device === undefined) }),
    };
  },
  { binary: sshdBinary, sockets: listeners },
);

export { blockApplies, type Connection } from './applies.ts';
export { type Setting, setting, word } from './effective.ts';
export { type ListenAddress, listenAddresses } from './listen.ts';
export type { Directive, MatchBlock, SshdConfig } from './parse.ts';
