import type { Detector, Signal } from '../../../model/watch.ts';
import { noSignals } from '../about.ts';
import type { Attempt, Attempts } from '../attempts.ts';
import { bounded } from '../bounded.ts';
import { type Bucket, bucket, pour } from '../bucket.ts';
import { brief, type Evidence, evidence, shown, witness } from '../evidence.ts';
import { onFailures } from '../on-failures.ts';
import { refill, savedOf } from '../saved.ts';
import { limit } from '../thresholds.ts';
import { span } from '../words.ts';

interface Network {
  readonly failures: Bucket;
  evidence: Evidence;
  /** Addresses, each a bit of 64: with collisions there seem to be fewer, never more. */
  bits: number;
  moreBits: number;
  since: number;
  next: number;
}

const NAME = 'by-network';
const FAILURES = limit('by-network.failures');
const ADDRESSES = limit('by-network.addresses');
const WINDOW = limit('by-network.window');
const AGAIN = 4;
const PASSING = 8192;
const STEADY = 4096;

function bitOf(address: string): number {
  let hash = 0;
  for (let i = 0; i < address.length; i++) hash = (Math.imul(hash, 31) + address.charCodeAt(i)) | 0;
  return Math.imul(hash, 0x9e3779b1) >>> 26;
}

function ones(bits: number): number {
  let rest = bits >>> 0;
  let n = 0;
  for (; rest !== 0; n++) rest &= rest - 1;
  return n;
}

/**
 * Failures of a /24 or /64 that several of its addresses share. What users fail at from networks that they log in from does not
 * count: behind the address range of an office there are many who mistype.
 */
export function byNetwork(attempts: Attempts): Detector {
  let networks = bounded<Network>(PASSING, STEADY);

  function judge({ network, from, now, event, host, known }: Attempt): readonly Signal[] {
    if (network === undefined || from === undefined || known.of === 'network') return noSignals;
    const fresh = (): Network => ({
      failures: bucket(now),
      evidence: evidence(event),
      bits: 0,
      moreBits: 0,
      since: now,
      next: FAILURES,
    });
    const one = networks.touch(network, fresh);
    if (Math.abs(now - one.since) > 2 * WINDOW) {
      one.bits = 0;
      one.moreBits = 0;
      one.since = now;
      one.evidence = evidence(event);
    }
    const bit = bitOf(from);
    if (bit < 32) one.bits |= 1 << bit;
    else one.moreBits |= 1 << (bit - 32);
    witness(one.evidence, event);
    const seen = pour(one.failures, now, WINDOW);
    if (seen < FAILURES / 2) one.next = FAILURES;
    if (seen < one.next) return noSignals;
    const addresses = ones(one.bits) + ones(one.moreBits);
    if (addresses < ADDRESSES) return noSignals;
    one.next = seen * AGAIN;
    return [
      {
        detector: NAME,
        at: now,
        urgency: 'note',
        about: { host, network },
        says: `${addresses} or more addresses of ${network} failed ${Math.round(seen)} times in ${span(WINDOW)}.`,
        measure: { seen: Math.round(seen), limit: FAILURES, addresses, windowMs: WINDOW },
        evidence: shown(one.evidence),
      },
    ];
  }

  return {
    name: NAME,
    ...onFailures(attempts, judge),
    save: () =>
      savedOf(networks, (one) =>
        attempts.now() - Math.max(one.since, one.failures.start) > 2 * WINDOW
          ? undefined
          : { ...one, evidence: brief(one.evidence) },
      ),
    load(saved) {
      networks = bounded<Network>(PASSING, STEADY);
      refill(networks, saved, (one: Network) => one);
    },
  };
}
