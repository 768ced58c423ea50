import ipaddr from 'ipaddr.js';
import type { Certificate } from './certificate.ts';
import { type Answer, no, unknown, type Visit, YES } from './key-options.ts';
import { inNetwork } from './patterns.ts';
import { isHardware } from './public-key.ts';

/** Between our look at the server's clock and the login something happens; so near to a bound nothing is promised. */
const NEAR_MS = 30_000;

/** The date of epoch seconds, or words for the ends of time. */
function moment(seconds: bigint): string {
  if (seconds === 0n) return 'always';
  return seconds > 253402300799n ? 'forever' : new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}

/** Epoch milliseconds, as far as a number goes. */
const ms = (seconds: bigint): number => Number(seconds) * 1000;

/** sshkey_cert_check_authority() of sshkey.c without the name: of whom it is, and whether it is good now. */
export function isGoodNow({ role, validAfter, validBefore }: Certificate, { now }: Visit): Answer {
  if (role !== 'user')
    return no('role', 'it is the certificate of a host and not of a user, so ssh does not even offer it');
  const clock = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  if (now + NEAR_MS < ms(validAfter))
    return no('not-yet-valid', `it is good from ${moment(validAfter)} on, and the clock of the server says ${clock}`);
  if (now >= ms(validBefore) + NEAR_MS)
    return no('expired', `it was good until ${moment(validBefore)}, and the clock of the server says ${clock}`);
  if (now - NEAR_MS < ms(validAfter) || now + NEAR_MS >= ms(validBefore))
    return unknown(`whether it is good at this moment (${moment(validAfter)} to ${moment(validBefore)})`);
  return YES;
}

/** addr_match_cidr_list() of addrmatch.c: addresses and networks without host bits, nothing else. */
export function cidrList(list: string, address: string | undefined): boolean | 'invalid' | undefined {
  const entries = list.split(',');
  const bad = entries.some((entry) => {
    const [base = '', bits] = entry.split('/');
    if (!/^[\da-fA-F.:]+$/.test(base) || !ipaddr.isValid(base)) return true;
    if (bits === undefined) return false;
    const net = ipaddr.parse(base);
    const width = net.kind() === 'ipv4' ? 32 : 128;
    if (!/^\d{1,3}$/.test(bits) || Number(bits) > width) return true;
    return !clean(net.toByteArray(), Number(bits));
  });
  if (bad) return 'invalid';
  return address === undefined ? undefined : entries.some((entry) => inNetwork(address, entry) === true);
}

/** Whether all bits behind the first `length` are zero. */
function clean(bytes: readonly number[], length: number): boolean {
  return bytes.every((byte, i) => {
    const kept = Math.max(0, Math.min(8, length - i * 8));
    return (byte & (0xff >> kept)) === 0;
  });
}

const KNOWN = new Set(['force-command', 'source-address', 'verify-required']);
const FLAGS = new Set([
  'no-touch-required',
  'permit-X11-forwarding',
  'permit-agent-forwarding',
  'permit-port-forwarding',
  'permit-pty',
  'permit-user-rc',
]);

/** cert_option_list() of auth-options.c and the check of the address: what the certificate's own options say. */
export function certificateAllows({ key, critical, extensions }: Certificate, { from }: Visit): Answer {
  for (const [i, { name, value }] of critical.entries()) {
    if (!KNOWN.has(name)) return no('option', `sshd does not know its critical option ${name}`);
    const twice = critical.findIndex((other) => other.name === name) !== i;
    const flag = name === 'verify-required';
    if (value === undefined || (flag ? value !== '' : twice)) return no('option', `its option ${name} is not in order`);
    if (flag && isHardware(key.type)) return unknown('whether the device asks who holds it');
    if (name !== 'source-address') continue;
    const inside = cidrList(value, from);
    if (inside === 'invalid') return no('option', `its source-address ${value} is none`);
    if (inside === undefined) return unknown(`whether the client comes from ${value}`);
    if (!inside) return no('source-address', `it is for ${value} only, and the client comes from ${from}`);
  }
  const corrupt = extensions.find(({ name, value }) => FLAGS.has(name) && value !== '');
  return corrupt ? no('option', `its extension ${corrupt.name} is not in order`) : YES;
}

/** Command that the certificate forces. */
export function forcedCommand({ critical }: Certificate): string | undefined {
  return critical.find(({ name }) => name === 'force-command')?.value;
}

/** Two forced commands must be the same (auth-options.c, sshauthopt_merge()). */
export function commandsAgree(certificate: Certificate, command: string | undefined): Answer {
  const forced = forcedCommand(certificate);
  return forced === undefined || command === undefined || forced === command
    ? YES
    : no('command', 'it forces another command than the line that trusts it');
}

/** The first that is not `yes`; what is not known only counts when nothing later is a `no`. */
export function together(...answers: readonly Answer[]): Answer {
  return answers.find(({ is }) => is === 'no') ?? answers.find(({ is }) => is === 'unknown') ?? YES;
}
