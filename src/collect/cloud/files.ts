import { readFileSync, statSync } from 'node:fs';
import { isObject } from '../../facts/client/json.ts';
import { type Intake, takeIn } from '../../facts/cloud/intake.ts';
import { UsageError } from '../../model/errors.ts';

/** An answer of a hundred thousand rules is about half of it. */
const FILE_LIMIT = 256 * 1024 * 1024;

/** PowerShell 5 writes UTF-16 when it redirects. */
function decode(bytes: Buffer): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return bytes.toString(utf16 ? 'utf16le' : 'utf8').replace(/^\uFEFF/, '');
}

function readText(file: string): string {
  try {
    const { size } = statSync(file);
    if (size > FILE_LIMIT) throw new Error(`it has ${size} bytes; ${FILE_LIMIT} are the most that is read`);
    return decode(readFileSync(file));
  } catch (error) {
    throw new UsageError(`cannot read --cloud ${file}: ${(error as Error).message}`);
  }
}

/**
 * What a file holds of a cloud; what kind of answer it is, is told by what is in it.
 * @throws UsageError for what cannot be read, is not JSON, or holds nothing of a cloud.
 */
export function readCloudFile(file: string): Intake {
  const text = readText(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`--cloud ${file}: ${notJson(text)}`);
  }
  const taken = takeIn(value);
  if (taken.size === 0)
    throw new UsageError(
      `--cloud ${file}: there is nothing in it that tells of a cloud's firewall${keysOf(value)}; docs/guides/clouds.md says which commands to run`,
    );
  return taken;
}

function notJson(text: string): string {
  if (text.trim() === '') return 'the file is empty; did the command fail?';
  if (/^\s*[[{]/.test(text)) return 'the JSON is not whole: it was cut off, or something else stands in the file too';
  return 'this is not JSON; ask the command for it (--output json, --format=json)';
}

function keysOf(value: unknown): string {
  const keys = isObject(value) ? Object.keys(value) : [];
  return keys.length === 0
    ? ''
    : ` (it holds ${keys.slice(0, 4).join(', ').slice(0, 200)}${keys.length > 4 ? ' …' : ''})`;
}
