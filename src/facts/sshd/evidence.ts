import type { Evidence } from '../../model/finding.ts';
import { sectionName } from '../bundle.ts';
import type { Directive } from './parse.ts';

/** A line of sshd_config, quoted. */
export function quoted({ file, line, text }: Pick<Directive, 'file' | 'line' | 'text'>): Evidence {
  return { side: 'server', section: sectionName(file), line, text };
}
