import ipaddr from 'ipaddr.js';
import type { Change } from '../model/change.ts';
import { shellQuote } from '../model/remedy.ts';

/** Cause under which a machine remembers a maintenance window. */
export const MAINTENANCE = 'maintenance';

/** What is in force lies in /run, so that a restart of the machine ends the window whatever became of its guard. */
const FOLDER = '/run/sshwhy-maintenance';
const RULES = `${FOLDER}/allow.conf`;
export const DROP_IN = '/etc/ssh/sshd_config.d/00-sshwhy-maintenance.conf';
const INCLUDE = [
  '# Made by sshwhy maintain; it is taken away when the window ends. Without the file in /run it says nothing.',
  `Include ${FOLDER}/*.conf`,
];

export interface Window {
  /** Addresses and networks as sshd_config(5), Match Address, takes them. */
  readonly allow: readonly string[];
  /** Whether sshd_config includes /etc/ssh/sshd_config.d outside of all blocks. */
  readonly dropIns: boolean;
  readonly mainConfig: string;
  /** Has sshd read its files again. */
  readonly reload: readonly Change[];
}

/**
 * Lines that turn everybody away who comes from elsewhere. DenyUsers adds up over all blocks that apply, from 8.4 to 10.0,
 * so no later block can let anybody in again; a block ends with its file.
 */
export const rulesOf = (allow: readonly string[]): string =>
  `Match Address ${['*', ...allow.map((one) => `!${one}`)].join(',')}\n  DenyUsers *\n`;

/** What begins a window. */
export function windowChanges({ allow, dropIns, mainConfig, reload }: Window): readonly Change[] {
  return [
    { kind: 'folder', path: FOLDER, mode: '0755', owner: 'root:root' },
    { kind: 'write', file: RULES, text: rulesOf(allow), mode: '0644' },
    dropIns
      ? { kind: 'write', file: DROP_IN, text: `${INCLUDE.join('\n')}\n`, mode: '0644' }
      : { kind: 'prepend', file: mainConfig, lines: INCLUDE },
    ...reload,
  ];
}

/** `10.0.0.0/24`, `fd00::1`, … as sshd takes it; undefined for others, and where bits behind the prefix are set. */
export function networkOf(word: string): string | undefined {
  try {
    if (!word.includes('/'))
      return ipaddr.IPv4.isValidFourPartDecimal(word) || word.includes(':') ? ipaddr.parse(word).toString() : undefined;
    const [address, length] = ipaddr.parseCIDR(word);
    const first =
      address.kind() === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(word) : ipaddr.IPv6.networkAddressFromCIDR(word);
    return first.toString() === address.toString() ? `${address.toString()}/${length}` : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an address is among them. */
export function isAllowed(allow: readonly string[], address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const one = ipaddr.process(address);
  return allow.some((network) => {
    const [first, length] = network.includes('/') ? ipaddr.parseCIDR(network) : [ipaddr.parse(network), 128];
    if (one.kind() !== first.kind()) return false;
    return one.match(first, one.kind() === 'ipv4' ? Math.min(length, 32) : length);
  });
}

/** Addresses of documentation (RFC 5737, RFC 3849), of which at least one is not allowed. */
const STRANGERS = ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1'];

/**
 * Asks the real sshd whom it would turn away: lines `@@ in ADDRESS` and `@@ out ADDRESS` for the first address of each
 * network that is allowed, and for a stranger. For `sh` on the server, as root.
 */
export function askScript(allow: readonly string[]): string {
  const stranger = STRANGERS.find((one) => !isAllowed(allow, one));
  const asked = [...allow.map((one) => one.replace(/\/.*/, '')), ...(stranger === undefined ? [] : [stranger])];
  return `PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
for address in ${asked.map(shellQuote).join(' ')}; do
  said=$(sshd -T -C "user=root,host=localhost,addr=$address,laddr=127.0.0.1,lport=22" 2>/dev/null) || { echo "@@ unasked $address"; continue; }
  if printf '%s\\n' "$said" | grep -qx 'denyusers \\*'; then echo "@@ out $address"; else echo "@@ in $address"; fi
done
`;
}

/** Whether a window that a machine remembers is in force there, and guarded: lines `@@ rules`, `@@ guard`. */
export const statusScript = (id: string): string => `PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
[ ! -e ${RULES} ] || echo '@@ rules'
systemctl is-active --quiet sshwhy-guard-${id} 2>/dev/null && echo '@@ guard' && exit
for one in /proc/[0-9]*/cmdline; do
  if tr '\\0' ' ' <"$one" 2>/dev/null | grep -q "undo/${id}/guard.sh"; then echo '@@ guard'; break; fi
done
`;
