import { derived, section } from '../source.ts';
import { needed, num, object, objects, str, strings } from './json.ts';
import { sshConfig } from './ssh-config.ts';

/** A name that the configuration turns into another one. */
export interface Alias {
  readonly typed: string;
  readonly hostname: string;
  /** What the typed name itself resolves to. */
  readonly addresses: readonly string[];
  /** Lines that set it, as far as they were found. */
  readonly lines: readonly { readonly file: string; readonly line: number; readonly text: string }[];
}

const looked = section<Alias>('client', 'alias', 'what the typed name would have meant without HostName', (text) => {
  const from = object(text);
  return {
    typed: needed(str(from, 'typed'), 'typed'),
    hostname: needed(str(from, 'hostname'), 'hostname'),
    addresses: strings(from, 'addresses'),
    lines: objects(from, 'lines').map((each) => ({
      file: str(each, 'file') ?? '',
      line: num(each, 'line') ?? 0,
      text: str(each, 'text') ?? '',
    })),
  };
});

/** The name that was typed and what ssh's configuration made of it; nothing where it is the same (ssh_config(5), HostName). */
export const alias = derived<{ readonly is?: Alias }, { sshConfig: typeof sshConfig }, { looked: typeof looked }>(
  'alias',
  'the name that was typed and what the configuration makes of it (ssh_config(5), HostName)',
  { sshConfig },
  (given) => (given.looked ? { is: given.looked } : {}),
  { looked },
);
