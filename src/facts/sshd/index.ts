import { family } from '../source.ts';
import { parseConfig, type SshdConfig } from './parse.ts';

export const MAIN_CONFIG = '/etc/ssh/sshd_config';

export const sshdConfig = family(
  'server',
  'file:',
  'sshd_config and everything that it includes, with file and line of each directive (sshd_config(5))',
  (files): SshdConfig => parseConfig(files, MAIN_CONFIG),
  'sshd-config',
);

export { blockApplies, type Connection, type Setting, setting, word } from './effective.ts';
export type { Directive, MatchBlock, SshdConfig } from './parse.ts';
