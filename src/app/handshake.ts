import type { Algorithms } from '../facts/client/kexinit.ts';
import { hostKeyFacts, hostKeyTable } from '../facts/host-key-table.ts';
import { guessedRight, negotiate } from '../facts/negotiation/negotiate.ts';
import { clientOffer, offerFacts, type SeenOffer, serverOffer } from '../facts/negotiation/offers.ts';
import { timingFacts, timingOf } from '../facts/timing.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Options, Sources } from '../model/cause.ts';
import type { Report } from '../model/report.ts';

/** The facts that are known, by name. */
function known<S extends Sources>(sources: S, bundle: Bundle): Options<S> {
  const values = Object.entries(sources).flatMap(([name, source]) => {
    const fact = source.read(bundle);
    return fact.known ? [[name, fact.value]] : [];
  });
  return Object.fromEntries(values) as Options<S>;
}

const WHAT: Readonly<Record<keyof Algorithms, string>> = {
  kex: 'key exchange',
  hostKey: 'host key',
  ciphersC2S: 'cipher out',
  ciphersS2C: 'cipher in',
  macsC2S: 'MAC out',
  macsS2C: 'MAC in',
  compressionC2S: 'compression out',
  compressionS2C: 'compression in',
};

const place = ({ from: { side, section } }: SeenOffer): string => `${side} ${section}`;

function negotiationOf(bundle: Bundle): Report['negotiation'] {
  const facts = known(offerFacts, bundle);
  const [client, server] = [clientOffer(facts), serverOffer(facts)];
  if (!client || !server) return undefined;
  const { rows, strict, extInfo } = negotiate(client, server);
  return {
    client: place(client),
    server: place(server),
    rows: rows.map(({ list, client: ours, server: theirs, chosen, outcome, changes }) => ({
      what: WHAT[list],
      client: [...ours],
      server: [...theirs],
      outcome,
      ...(chosen === undefined ? {} : { chosen }),
      changes: [...changes],
    })),
    strictKex: strict,
    extInfo,
    ...(server.follows === undefined
      ? {}
      : {
          serverGuess: !server.follows
            ? ('none' as const)
            : guessedRight(client.algorithms, server.algorithms)
              ? ('right' as const)
              : ('wrong' as const),
        }),
  };
}

function hostKeysOf(bundle: Bundle): Report['hostKeys'] {
  const keys = hostKeyTable(known(hostKeyFacts, bundle));
  return keys.length === 0 ? undefined : keys.map((key) => ({ ...key, where: [...key.where] }));
}

/** What the report says of the handshake beside its causes: each part only where it was looked at. */
export function handshakeOf(bundle: Bundle): Pick<Report, 'negotiation' | 'timing' | 'hostKeys'> {
  const negotiation = negotiationOf(bundle);
  const timing = timingOf(known(timingFacts, bundle))?.steps;
  const hostKeys = hostKeysOf(bundle);
  return { ...(negotiation && { negotiation }), ...(timing && { timing }), ...(hostKeys && { hostKeys }) };
}
