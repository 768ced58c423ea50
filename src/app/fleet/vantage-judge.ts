import { isIP } from 'node:net';
import { escapeBytes, gap, json } from '../../collect/client/layout.ts';
import type { Vantage } from '../../facts/vantage.ts';
import type { Bundle } from '../../model/bundle.ts';
import type { FleetHost } from '../../model/fleet.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import { report } from '../diagnose.ts';
import { outcomeIn, toldOf } from './told.ts';

type Head = Omit<FleetHost, 'outcome' | 'found' | 'says' | 'gates' | 'ms'>;

/** What a vantage saw of a host, through the same causes as a look from here: it is the client of a Bundle. */
export function judgeSeen(host: InventoryHost, head: Head, seen: Vantage): FleetHost {
  const { outcome, banner, ms, addresses } = seen;
  const address = addresses[0] ?? host.address;
  const line = { ...head, address, ms: ms === undefined ? {} : { tcp: ms } };
  if (outcome === undefined)
    return {
      ...line,
      outcome: 'unknown',
      found: [],
      gates: [],
      says: `Nobody there could connect: ${seen.said ?? 'it has neither bash, nc, curl, ssh-keyscan nor busybox'}.`,
    };
  const made = report(
    host.name,
    bundleOf(host.address, address, head, seen),
    { host: host.address, port: head.port, at: head.at, ...(seen.from === undefined ? {} : { from: seen.from }) },
    0,
  );
  const told = toldOf(made);
  const greets = outcome === 'open' && banner?.startsWith('SSH-') === true;
  const said = outcomeIn(made);
  return {
    ...line,
    ...told,
    outcome: greets ? 'open' : outcome === 'open' && said !== 'closed' ? 'unknown' : said === 'open' ? 'unknown' : said,
    says:
      told.found[0]?.says ??
      (greets
        ? 'It greets.'
        : outcome === 'open'
          ? 'A connection stands, and no greeting was heard.'
          : `The connection failed: ${seen.said ?? outcome}.`),
    ...(banner === undefined ? {} : { server: banner }),
  };
}

const ERRNO: Readonly<Record<string, readonly [outcome: string, errno: string]>> = {
  open: ['open', ''],
  refused: ['refused', 'ECONNREFUSED'],
  'timed-out': ['timed-out', 'ETIMEDOUT'],
  unreachable: ['host-unreachable', 'EHOSTUNREACH'],
};

function bundleOf(asked: string, address: string, { at, port }: Head, seen: Vantage): Bundle {
  const { outcome = 'error', banner = '', ms = 0, addresses, said = '', from } = seen;
  const literal = isIP(asked.replace(/%.*/, '')) !== 0;
  const lookup = outcome === 'unresolved' ? { addresses: [], error: 'ENOTFOUND', ms } : { addresses, ms: 0 };
  const [reached, errno] = /network is unreachable/i.test(said)
    ? ['net-unreachable', 'ENETUNREACH']
    : (ERRNO[outcome] ?? ['error', said.slice(0, 200)]);
  const foreign = outcome === 'open' && banner !== '' && !banner.startsWith('SSH-');
  return {
    schema: 1,
    takenAt: at,
    sections: {
      'ssh-config': gap('not-collected', 'the ssh of that machine was not asked'),
      dns: json({ name: asked, ...(literal ? { literal: true } : { lookup }) }),
      tcp:
        outcome === 'unresolved'
          ? gap('not-collected', 'no address')
          : json({
              probes: [
                {
                  ...{ address, port, outcome: reached, ms },
                  ...(errno === '' ? {} : { errno }),
                  ...(from === undefined ? {} : { local: from }),
                },
              ],
            }),
      kexinit: foreign
        ? json({
            probes: [
              { address, port, outcome: 'not-ssh', first: escapeBytes(Buffer.from(banner)), preBanner: [banner] },
            ],
          })
        : gap('not-collected', 'only its first line was read'),
      attempt: gap('not-collected', 'no login was tried'),
    },
  };
}
