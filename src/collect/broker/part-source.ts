import type { JsMsg } from '@nats-io/jetstream';
import type { HostWord } from '../../reason/watch/host-words.ts';
import { ACROSS, decoded, hostToken, type Parcel, partName, partOf } from './message.ts';
import { acrossStream } from './streams.ts';
import { decodedWords } from './words.ts';

/** Where the messages of a part come from, and what is in them. */
export interface PartSource<Content> {
  readonly stream: string;
  readonly consumer: string;
  /** What is in a message, or what is wrong with it. */
  read(message: JsMsg): Content | string;
  /** How many events it is counted as. */
  events(content: Content): number;
}

export const consumerName = (part: number): string => (part === ACROSS ? 'across' : `part-${partName(part)}`);

export const hostsSource = (stream: string, part: number): PartSource<Parcel> => ({
  stream,
  consumer: consumerName(part),
  read: (message) => parcelIn(message, part),
  events: ({ events }) => events.length,
});

export const acrossSource = (stream: string): PartSource<readonly HostWord[]> => ({
  stream: acrossStream(stream),
  consumer: consumerName(ACROSS),
  read: ({ data }) => decodedWords(data),
  // They were counted where their hosts are.
  events: () => 0,
});

/**
 * The parcel of a message, or what is wrong with it. The subject has to be its host's: where a broker allows an agent its own
 * subject only, it cannot write events of another host.
 */
function parcelIn(message: JsMsg, part: number): Parcel | string {
  const parcel = decoded(message.data);
  if (typeof parcel === 'string') return parcel;
  const token = message.subject.split('.').slice(3).join('.');
  if (
    partOf(parcel.host) !== part ||
    token !== hostToken(parcel.host) ||
    parcel.events.some(({ host }) => host !== parcel.host)
  )
    return 'its events are of another host than its subject';
  return parcel;
}
