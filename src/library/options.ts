/** ssh's own flags; each value is one word that ssh gets as it is, never a piece of a shell's command. */
export interface SshOptions {
  /** `-i`: private keys to try. */
  readonly identities?: readonly string[] | undefined;
  /** `-p` */
  readonly port?: number | undefined;
  /** `-l` */
  readonly login?: string | undefined;
  /** `-J` */
  readonly jump?: string | undefined;
  /** `-F` */
  readonly configFile?: string | undefined;
  /** `-o`: any option of ssh_config(5), as `Name=value`. */
  readonly options?: readonly string[] | undefined;
  /** `-4` or `-6` */
  readonly family?: 4 | 6 | undefined;
}

/** What every question that looks at something takes. */
export interface LookOptions {
  /** Ends what is running; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly ssh?: SshOptions | undefined;
}

export interface DiagnoseOptions extends LookOptions {
  /** How long to look from here at most, in milliseconds; 20,000 if not said. */
  readonly timeoutMs?: number | undefined;
  /** Also reads the server through this door: `local`, `ssh:[user@]host`, `docker:NAME`, `exec:COMMAND…` and so on. */
  readonly on?: string | undefined;
  /** The address that the server sees, where it is translated on the way. */
  readonly from?: string | undefined;
  /** Doors to other machines, which look at the same endpoint: one connection each. */
  readonly vantages?: readonly string[] | undefined;
  /** Asks the server for its host keys of every type, a connection for each. */
  readonly allHostKeys?: boolean | undefined;
  /** Clouds in front of the server: files, or `aws:INSTANCE_ID` and so on. */
  readonly clouds?: readonly string[] | undefined;
  /** Called with what is being done, for a person who waits. Foreign names may be in it. */
  readonly step?: ((text: string) => void) | undefined;
}

export interface ServerOptions extends LookOptions {
  /** The door; `local` if not said. */
  readonly on?: string | undefined;
  /** The text of a bundle that was saved or pasted, in place of a door. */
  readonly bundle?: string | undefined;
  /** The account that wants to log in. */
  readonly user?: string | undefined;
  /** The address that it comes from. */
  readonly from?: string | undefined;
  /** The port of sshd that it comes to. */
  readonly port?: number | undefined;
  /** File of the public key that it offers, or a fingerprint `SHA256:…`; without one a password is meant. */
  readonly key?: string | undefined;
  readonly clouds?: readonly string[] | undefined;
  /** How long the door may take, in milliseconds; 60,000 if not said. */
  readonly timeoutMs?: number | undefined;
}

export interface HardenOptions extends LookOptions {
  readonly on?: string | undefined;
  readonly bundle?: string | undefined;
  /** Name of a profile (`sshwhy`, `cis`, …) or path of a file; `sshwhy` if not said. */
  readonly profile?: string | undefined;
  /** The severity from which on `status` calls it a failure; `medium` if not said. */
  readonly failOn?: 'low' | 'medium' | 'high' | 'critical' | undefined;
  /** Also works out what would satisfy the findings. Nothing is changed. */
  readonly plan?: boolean | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface FleetOptions extends LookOptions {
  /** Hosts that are asked at the same time; 256 if not said. */
  readonly width?: number | undefined;
  /** How long a connection, and then a greeting, is waited for, in milliseconds; 5,000 if not said. */
  readonly timeoutMs?: number | undefined;
}

/** A cause that sshwhy knows. */
export interface CauseInfo {
  /** `firewall/host-drop`: its name for ever. */
  readonly id: string;
  readonly gate: string;
  /** `blocks`: it keeps a login out; `degrades`: slow or poor; `risk`: nothing is broken yet. */
  readonly severity: 'blocks' | 'degrades' | 'risk';
  readonly title: string;
  readonly why: string;
  /** Man pages, RFCs, files of OpenSSH. */
  readonly refs: readonly string[];
}
