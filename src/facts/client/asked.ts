import { section } from '../source.ts';
import { maybe, object, str } from './json.ts';

/** What the user told of the login that nothing here can see. */
export const asked = section(
  'client',
  'asked',
  'what the user told: the address that the server sees (--from)',
  (text) => maybe('from', str(object(text), 'from')),
);
