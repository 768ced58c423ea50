import type { Change } from '../../model/change.ts';
import { type Fix, type Refusal, shellQuote } from '../../model/remedy.ts';
import type { Call } from './peer.ts';

/** A foreign word as the value of an option (`--name=value`), so that it can be neither option nor shell. */
export function option(name: string, value: string | number): string {
  return `--${name}=${shellQuote(String(value))}`;
}

/** Exactly the client, as a network. */
export function clientNet(call: Call): string | undefined {
  const { address } = call.peer;
  return address === undefined ? undefined : `${address}/${address.includes(':') ? 128 : 32}`;
}

/** For where it is not known which address has to be let in. */
export function askForAddress(where: string, call: Call): Refusal {
  return {
    refuse:
      'it is not known here which address the cloud sees: yours is translated on the way, or nobody was asked about',
    manual: [
      'Find your public address: the status page of your router or VPN, or https://checkip.amazonaws.com in a browser.',
      `Ask again with --from ADDRESS; or let that address in to TCP port ${call.port} in ${where}.`,
    ],
  };
}

/** A change at a cloud and what takes it back. It adds a rule and touches none that is there. */
export function cloudFix(summary: string, changes: readonly Change[]): Fix {
  return { summary, risk: 'safe', where: 'client', changes };
}
