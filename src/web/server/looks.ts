import type { Diagnosis } from '../../app/diagnose.ts';
import type { Doors } from '../../app/fix.ts';
import type { DiagnoseForm, ServerForm } from '../api.ts';

/** A question that was read and found well-formed; nothing was started. */
export interface Prepared {
  readonly title: string;
  /** The same on the terminal. */
  readonly command: string;
  /** `sshwhy fix …` about the same login, without `--only`. */
  readonly fixCommand: string;
  /** Doors to what may be changed. */
  readonly doors: Doors;
  /** A login by the user's own ssh is part of the look, so that a fix can be proven. */
  readonly proves: boolean;
  look(o: { readonly signal: AbortSignal; step(text: string): void }): Promise<Diagnosis>;
}

/** How forms become looks: by the rules of the command line (src/cli), which stands below this folder. @throws UsageError */
export interface Looks {
  diagnose(form: DiagnoseForm): Prepared;
  server(form: ServerForm): Prepared;
}
