// Made by `npm run gen` from the files in this folder.
import type { Cause } from '../model/cause.ts';

/** Every cause that sshwhy knows, in the order of the gates. */
export const causes: readonly Cause<never>[] = [];
