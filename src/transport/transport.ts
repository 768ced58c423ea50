/** What running a script came to. Output is cut at its limit, never the run. */
export interface Ran {
  /** Exit status; `null` when a signal or our own deadline ended it. */
  readonly code: number | null;
  readonly stdout: string;
  /** The first 16 KiB. */
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** A door to a machine: feeds a POSIX shell there a script on its standard input. */
export interface Transport {
  /** As the user named it, e.g. `docker:web`. */
  readonly name: string;
  /** @throws LookError when the command cannot be started. */
  run(script: string, o: { timeoutMs: number; signal?: AbortSignal }): Promise<Ran>;
}
