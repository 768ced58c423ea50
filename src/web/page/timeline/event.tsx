import type { ComponentChildren } from 'preact';
import type { WatchEvent } from '../../../model/watch.ts';
import type { TypeWords } from '../../api-see.ts';
import { Foreign } from '../parts/foreign.tsx';
import { second } from '../parts/when.ts';
import { kindName } from './kinds.ts';

export const EVENT_HEADS = ['Time (UTC)', 'Host', 'Kind', 'User', 'From', 'What'] as const;

/** What a row shows of an event; of one that is still asked for, that it is. */
export function eventCells(
  event: WatchEvent | undefined,
  types: Readonly<Record<string, TypeWords>>,
): readonly ComponentChildren[] {
  if (event === undefined) return ['…', '', '', '', '', ''];
  const { at, host, outcome, user = '', from = '', type, detail, jail } = event;
  const more = [jail, detail].filter((one) => one !== undefined).join(', ');
  const what = types[type]?.meaning ?? type;
  return [
    second(at),
    <Foreign key="host" text={host} />,
    kindName(outcome),
    <Foreign key="user" text={user} />,
    <Foreign key="from" text={from} />,
    <Foreign key="what" text={more === '' ? what : `${what} (${more})`} />,
  ];
}
