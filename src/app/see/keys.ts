import { LookError } from '../../model/errors.ts';
import { type Keyring, keyringSchema } from '../../model/keys.ts';
import { jsonOf } from '../json.ts';

/** What `sshwhy keys list --json` printed. @throws LookError when the text is none. */
export function readKeyring(file: string, text: string): Keyring {
  const read = keyringSchema.safeParse(jsonOf(file, text));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new LookError(`${file} is no output of sshwhy keys list --json: ${issue?.path.join('.')}: ${issue?.message}`);
}
