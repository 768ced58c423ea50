// Made by `npm run gen` from src/model: the JSON of schema/ as types.

/**
 * Why an SSH login fails, with proof.
 */
export interface Report {
  schema: 1;
  tool: {
    name: 'sshwhy';
    version: string;
  };
  takenAt: string;
  durationMs: number;
  target: {
    input: string;
    user?: string;
    host?: string;
    port?: number;
    from?: string;
  };
  /**
   * @minItems 10
   * @maxItems 10
   */
  gates: {
    gate:
      'client' | 'name' | 'network' | 'firewall' | 'daemon' | 'admission' | 'handshake' | 'auth' | 'session' | 'host';
    outcome: 'open' | 'closed' | 'degraded' | 'unknown' | 'not-reached';
    /**
     * One sentence
     */
    detail: string;
  }[];
  /**
   * Ordered: the first with role "blocking" is what to fix first
   */
  causes: {
    id: string;
    role: 'blocking' | 'degrading' | 'latent' | 'consequence';
    verdict: 'confirmed' | 'likely' | 'possible';
    /**
     * Tells two findings of one cause apart: a port, file, user or rule
     */
    subject?: string;
    /**
     * One sentence
     */
    text: string;
    /**
     * @minItems 1
     */
    evidence: {
      side: 'client' | 'server' | 'path';
      /**
       * Bundle section that it was read from
       */
      section: string;
      /**
       * 1-based line in that section
       */
      line?: number;
      /**
       * Quoted as seen; control characters are still in it, escape them for your output
       */
      text: string;
    }[];
    fix?:
      | {
          summary: string;
          risk: 'safe' | 'interrupts' | 'may-lock-out';
          /**
           * Machine on which the commands are typed
           */
          where: 'client' | 'server';
          /**
           * @minItems 1
           */
          commands: string[];
          /**
           * What takes it back
           *
           * @minItems 1
           */
          undo?: string[];
        }
      | {
          /**
           * Why no machine should do this
           */
          refuse: string;
          /**
           * What a person should do
           */
          manual: string[];
        };
    /**
     * What the deciding packet met on its way, step by step
     */
    trace?: {
      layer: 'cloud' | 'host';
      /**
       * The first packet of the connection, or the answer to it
       */
      packet: 'request' | 'reply';
      /**
       * Hook of the kernel, or stage of the cloud
       */
      stage: string;
      /**
       * Chain, table, zone or security group
       */
      place: string;
      /**
       * As its tool writes it
       */
      rule: string;
      matches: {
        field: string;
        wanted: string;
        /**
         * The packet's own value; absent when it is not known
         */
        got?: string;
        /**
         * Absent when it cannot be told
         */
        holds?: boolean;
      }[];
      action: 'accept' | 'drop' | 'reject' | 'jump' | 'return' | 'pass' | 'translate' | 'mark' | 'untrack' | 'unknown';
      detail?: string;
      section?: string;
      line?: number;
    }[];
    docs: string;
  }[];
  blind: {
    gap: 'not-collected' | 'denied' | 'unsupported' | 'timed-out' | 'unparsable';
    section: string;
    detail?: string;
    /**
     * Causes that could not be ruled out because of it
     */
    hides: string[];
    /**
     * Command that would settle it
     */
    settleWith: string;
  }[];
  /**
   * The same endpoint as other machines see it, and what that proves
   */
  vantages?: {
    seen: {
      /**
       * Door to the machine, as the user named it
       */
      name: string;
      /**
       * What the name resolves to there; empty when it is a literal, or could not be asked
       */
      addresses: string[];
      /**
       * Of one TCP connection; absent when none could be made there
       */
      outcome?: 'open' | 'refused' | 'timed-out' | 'unreachable' | 'unresolved' | 'error';
      ms?: number;
      /**
       * First line of the server; foreign, escape it for your output
       */
      banner?: string;
      /**
       * Address that the machine sends from
       */
      from?: string;
      /**
       * Why it is not open, or why nobody could look
       */
      said?: string;
    }[];
    proves: string;
  };
  /**
   * Jump hosts on the way, nearest first, each put through the same gates
   */
  hops?: {
    /**
     * As it stands in ProxyJump
     */
    name: string;
    /**
     * The way ends at this hop
     */
    closed: boolean;
    /**
     * @minItems 10
     * @maxItems 10
     */
    gates: {
      gate:
        'client' | 'name' | 'network' | 'firewall' | 'daemon' | 'admission' | 'handshake' | 'auth' | 'session' | 'host';
      outcome: 'open' | 'closed' | 'degraded' | 'unknown' | 'not-reached';
      /**
       * One sentence
       */
      detail: string;
    }[];
  }[];
  /**
   * Known holes of the sshd that was looked at
   */
  advisories?: {
    /**
     * Day of the table, which is part of the program: nothing is asked of the network
     */
    asOf: string;
    holes: {
      id: string;
      about: string;
      verdict: 'affected' | 'unknown';
    }[];
    /**
     * What an upgrade to this release or a later one takes away
     */
    ahead: {
      release: string;
      about: string;
    }[];
  };
  /**
   * What both sides offer when they greet each other, and what comes of it
   */
  negotiation?: {
    /**
     * Where this side's lists were seen
     */
    client: string;
    /**
     * Where this side's lists were seen
     */
    server: string;
    rows: {
      /**
       * "key exchange", "host key", "cipher", "MAC", "compression"; "out" is to the server
       */
      what: string;
      /**
       * In its order of preference
       */
      client: string[];
      server: string[];
      /**
       * not-needed: the cipher guards integrity itself
       */
      outcome: 'agreed' | 'none' | 'not-needed';
      chosen?: string;
      /**
       * What would let the two agree, safer first
       */
      changes: {
        /**
         * Which side moves
         */
        side: 'client' | 'server';
        algorithm: string;
        /**
         * It is switched off by default for a reason
         */
        weakens: boolean;
        /**
         * An option of ssh (client) or a line of sshd_config (server)
         */
        setting: string;
      }[];
    }[];
    /**
     * Both sides guard against prefix truncation
     */
    strictKex: boolean;
    /**
     * The client can be told which signatures the server takes
     */
    extInfo: boolean;
    /**
     * Whether it sent its first packet unasked
     */
    serverGuess?: 'none' | 'right' | 'wrong';
  };
  /**
   * Milliseconds that each step of the login took; a step that was not reached is absent
   */
  timing?: {
    /**
     * Looking up the name
     */
    dns?: number;
    /**
     * Until the connection stood
     */
    tcp?: number;
    /**
     * Until the server's identification string
     */
    banner?: number;
    /**
     * Until the server's list of algorithms
     */
    kexinit?: number;
    /**
     * Until both sides have new keys and the host key is accepted
     */
    keys?: number;
    /**
     * Until the login is accepted
     */
    auth?: number;
    /**
     * From then until ssh ended
     */
    session?: number;
  };
  /**
   * Host keys of the server, each held against the known_hosts files
   */
  hostKeys?: {
    type: string;
    fingerprint: string;
    /**
     * The client was shown this one
     */
    shown: boolean;
    /**
     * The server's file, where it was looked at
     */
    file?: string;
    known: 'matches' | 'differs' | 'revoked' | 'by-authority' | 'unknown';
    /**
     * FILE:LINE of the known_hosts lines that say so
     */
    where: string[];
  }[];
}

/**
 * The posture of an SSH server against a baseline.
 */
export interface HardenReport {
  schema: 1;
  tool: {
    name: 'sshwhy';
    version: string;
  };
  takenAt: string;
  target: {
    input: string;
    host?: string;
  };
  profile: {
    name: string;
    title: string;
  };
  /**
   * Of OpenSSH, e.g. 9.2
   */
  release?: string;
  failOn: 'info' | 'low' | 'medium' | 'high' | 'critical';
  counts: {
    [k: string]: number;
  };
  /**
   * What fails first, the severest first
   */
  results: {
    control: string;
    /**
     * Tells several results of one control apart: a Match block, a file, a jail
     */
    subject?: string;
    title: string;
    severity: 'info' | 'low' | 'medium' | 'high' | 'critical';
    status: 'fail' | 'unknown' | 'waived' | 'pass' | 'not-applicable';
    /**
     * The value in force; as foreign as what it was read from
     */
    now?: string;
    /**
     * What the profile wants, for machines; "wanted" says it in words
     */
    want:
      | {
          /**
           * @minItems 1
           */
          is: string[];
        }
      | {
          /**
           * @minItems 1
           */
          only: string[];
        }
      | {
          /**
           * @minItems 1
           */
          never: string[];
        }
      | {
          /**
           * @minItems 1
           */
          someOf: string[];
        }
      | {
          noLaxer: string;
        }
      | {
          mode: string;
        }
      | {
          present: true;
        }
      | {
          atLeast?: number;
          atMost?: number;
        };
    wanted: string;
    detail?: string;
    evidence: {
      side: 'client' | 'server' | 'path';
      /**
       * Bundle section that it was read from
       */
      section: string;
      /**
       * 1-based line in that section
       */
      line?: number;
      /**
       * Quoted as seen; control characters are still in it, escape them for your output
       */
      text: string;
    }[];
    /**
     * Command that would settle what is unknown
     */
    settleWith?: string;
    /**
     * Why it is unknown
     */
    gap?: {
      gap: 'not-collected' | 'denied' | 'unsupported' | 'timed-out' | 'unparsable';
      section: string;
    };
    waiver?: {
      reason: string;
      /**
       * Last day on which it counts
       */
      until: string;
    };
    sources: {
      by: string;
      section?: string;
    }[];
    /**
     * Whom satisfying it may keep out
     */
    care?: string;
    /**
     * What would satisfy it
     */
    repair?: 'line' | 'mode' | 'owner' | 'unit' | 'manual';
    /**
     * For a person, where no machine should do it
     */
    steps?: string[];
  }[];
  /**
   * What has changed since a saved baseline
   */
  drift?: {
    /**
     * When the baseline was taken
     */
    since: string;
    changes: {
      /**
       * Control, and " @ " and the subject where there is one
       */
      result: string;
      direction: 'better' | 'worse' | 'other';
      before: string;
      after: string;
    }[];
  };
  /**
   * What would satisfy the findings; nothing is changed
   */
  plan?: {
    /**
     * In this order
     */
    changes: (
      | {
          kind: 'write';
          file: string;
          text: string;
          mode: string;
          owner: string;
        }
      | {
          kind: 'prepend';
          file: string;
          lines: string[];
        }
      | {
          kind: 'mode';
          path: string;
          mode: string;
        }
      | {
          kind: 'owner';
          path: string;
          owner: string;
        }
      | {
          kind: 'unit';
          unit: string;
          action: 'reload' | 'enable';
          /**
           * Only after sshd -t has found nothing
           */
          check?: true;
        }
    )[];
    /**
     * Results that pass afterwards, by the same evaluator
     */
    satisfies: string[];
    /**
     * For a person
     */
    left: {
      result: string;
      steps: string[];
    }[];
    endsPasswords: boolean;
    /**
     * Logins by key that would no longer get in
     */
    shutOut: {
      user: string;
      key: string;
    }[];
    /**
     * Logins by key that get in afterwards and can become root
     */
    keepers: {
      user: string;
      key: string;
    }[];
  };
  /**
   * --apply: what became of the plan; the results are those of a second look, when it was applied
   */
  applied?: {
    outcome: 'applied' | 'nothing' | 'declined' | 'refused' | 'rolled-back' | 'damaged';
    /**
     * For `sshwhy undo`
     */
    id?: string;
    why?: string;
    /**
     * Lines of `sshd -T` that came (+) or went (-)
     */
    effects: string[];
    warnings: string[];
  };
}

export type FleetLine =
  | {
      kind: 'host';
      asked: 'check' | 'server' | 'harden' | 'keys';
      /**
       * From where it was looked at, as --vantage names it; absent: from here
       */
      vantage?: string;
      /**
       * As the inventory calls it
       */
      name: string;
      /**
       * What was dialled, or was to be
       */
      address: string;
      port: number;
      groups: string[];
      tags: string[];
      at: string;
      /**
       * check: open when it greets and this client can agree with it on algorithms; server: open when nothing closes a gate; harden: open when nothing fails; keys: open when all was seen and nothing of the level of --fail-on was found, degraded when something was; not-asked: it must not be dialled, or not from here
       */
      outcome: 'closed' | 'degraded' | 'unknown' | 'not-asked' | 'open';
      /**
       * The gate that is closed or degraded
       */
      gate?:
        'client' | 'name' | 'network' | 'firewall' | 'daemon' | 'admission' | 'handshake' | 'auth' | 'session' | 'host';
      /**
       * Causes, or controls that fail; what to look at first stands first
       */
      found: {
        /**
         * Of a cause, of a control of hardening, or of a rule of the audit of keys
         */
        id: string;
        verdict?: 'confirmed' | 'likely' | 'possible';
        /**
         * Of what is wrong with a key
         */
        severity?: 'info' | 'low' | 'medium' | 'high' | 'critical';
        /**
         * One sentence
         */
        says: string;
        /**
         * Tells two findings of one cause apart: a port, file, user or rule
         */
        subject?: string;
        /**
         * The first few things that prove it; foreign, escape it
         */
        evidence?: {
          side: 'client' | 'server' | 'path';
          /**
           * Bundle section that it was read from
           */
          section: string;
          /**
           * 1-based line in that section
           */
          line?: number;
          /**
           * Quoted as seen; control characters are still in it, escape them for your output
           */
          text: string;
        }[];
        /**
         * What would mend it on this host
         */
        fix?:
          | {
              summary: string;
              risk: 'safe' | 'interrupts' | 'may-lock-out';
              /**
               * Machine on which the commands are typed
               */
              where: 'client' | 'server';
              /**
               * @minItems 1
               */
              commands: string[];
              /**
               * What takes it back
               *
               * @minItems 1
               */
              undo?: string[];
            }
          | {
              /**
               * Why no machine should do this
               */
              refuse: string;
              /**
               * What a person should do
               */
              manual: string[];
            };
      }[];
      /**
       * One sentence
       */
      says: string;
      /**
       * Its identification string; escape it for your output
       */
      server?: string;
      /**
       * Which worker asked it, when a queue had the work
       */
      worker?: string;
      gates: {
        gate:
          | 'client'
          | 'name'
          | 'network'
          | 'firewall'
          | 'daemon'
          | 'admission'
          | 'handshake'
          | 'auth'
          | 'session'
          | 'host';
        outcome: 'open' | 'closed' | 'degraded' | 'unknown' | 'not-reached';
      }[];
      ms: {
        dns?: number;
        tcp?: number;
        banner?: number;
        kexinit?: number;
        /**
         * Until the server had told all of itself
         */
        look?: number;
      };
      /**
       * What can be held against other hosts, by its name: "version", "ciphers", "sshd PermitRootLogin", "control allow-list", "keys of root"
       */
      facts?: {
        [k: string]: {
          /**
           * Its value on this host; foreign, escape it for your output
           */
          is: string;
          /**
           * FILE:LINE that says so, or the section of the bundle
           */
          at?: string;
        };
      };
      /**
       * Who can log in there with which key, where that was asked
       */
      keys?: {
        /**
         * The host's own name; foreign, escape it for your output
         */
        hostname: string;
        /**
         * Lines that let a key in, at most 1,000
         */
        ways: {
          account: string;
          uid: number;
          /**
           * SHA256:… as ssh-keygen -l prints it
           */
          fingerprint: string;
          /**
           * e.g. ssh-ed25519
           */
          type: string;
          /**
           * Bits, as ssh-keygen -l prints them
           */
          size: number;
          /**
           * What somebody wrote behind the key; foreign, and no proof of anything
           */
          comment: string;
          file: string;
          line: number;
          /**
           * In front of the key
           */
          options: {
            name: string;
            /**
             * Empty for a flag
             */
            value: string;
          }[];
          /**
           * cert-authority: certificates of this key open the account, the key itself does not
           */
          authority: boolean;
          /**
           * Whether sshd would take it, at least from some address; unknown where something that decides was not seen
           */
          standing: 'open' | 'closed' | 'unknown';
          /**
           * What closes it, or what is not known
           */
          why: string[];
          /**
           * What AuthenticationMethods wants beside the key, e.g. "password"
           */
          needs: string[];
          /**
           * False: the login shell ends at once (nologin), but forwarding may work
           */
          shell: boolean;
          /**
           * In the log; not-seen reaches back no further than log.since
           */
          seen: 'seen' | 'not-seen' | 'unknown';
          lastLogin?: {
            /**
             * Absent where the log does not say
             */
            at?: string;
            from: string;
            /**
             * Logins that the log holds
             */
            times: number;
          };
          /**
           * Modification time of the file: the line is no younger
           */
          fileChanged?: string;
        }[];
        /**
         * Such lines that are left out here
         */
        further: number;
        /**
         * At most 50
         */
        authorities: {
          /**
           * SHA256:… as ssh-keygen -l prints it
           */
          fingerprint: string;
          /**
           * e.g. ssh-ed25519
           */
          type: string;
          /**
           * Bits, as ssh-keygen -l prints them
           */
          size: number;
          /**
           * What somebody wrote behind the key; foreign, and no proof of anything
           */
          comment: string;
          file: string;
          line: number;
          /**
           * users: TrustedUserCAKeys. hosts: @cert-authority of ssh_known_hosts
           */
          kind: 'users' | 'hosts';
          /**
           * Hosts that it may speak for
           */
          patterns?: string;
          /**
           * AuthorizedPrincipalsFile of each account that has one; without one, a certificate must name the account
           */
          principals: {
            account: string;
            names: string[];
            file: string;
          }[];
        }[];
        /**
         * Public keys in homes whose private half lies there, at most 200
         */
        holders: {
          /**
           * In whose home it lies
           */
          account: string;
          /**
           * The public half
           */
          file: string;
          /**
           * A file of the name of the private half lies beside it; it was not opened
           */
          privateHalf: boolean;
          /**
           * SHA256:… as ssh-keygen -l prints it
           */
          fingerprint: string;
          /**
           * e.g. ssh-ed25519
           */
          type: string;
          /**
           * Bits, as ssh-keygen -l prints them
           */
          size: number;
          /**
           * What somebody wrote behind the key; foreign, and no proof of anything
           */
          comment: string;
        }[];
        hostKeys: {
          file: string;
          /**
           * SHA256:… as ssh-keygen -l prints it
           */
          fingerprint?: string;
          type?: string;
          size?: number;
        }[];
        log: {
          /**
           * How far the log reaches back; absent where there is none to be read
           */
          since?: string;
          sources: string[];
          /**
           * False: LogLevel keeps logins out of the log
           */
          kept: boolean;
        };
        /**
         * Whether every file was seen that can let a key in; false: there may be more ways
         */
        whole: boolean;
        /**
         * At most 20
         */
        unseen: {
          what: string;
          why: string;
        }[];
      };
    }
  | {
      kind: 'drift';
      alike: {
        by: 'group' | 'tag' | 'all';
        name: string;
      };
      hosts: number;
      /**
       * Of them, hosts that told nothing to compare
       */
      blind: number;
      /**
       * Facts that are the same wherever they are known, of at least two hosts
       */
      same: number;
      /**
       * What stands out most first
       */
      differs: {
        /**
         * What differs: "version", "sshd PermitRootLogin", "causes"
         */
        about: string;
        /**
         * minority: more than half have the first value; split: no value has more than half; tie: as many have the first as the second; own: each of three or more has its own
         */
        kind: 'minority' | 'split' | 'tie' | 'own';
        /**
         * Hosts of which it is known
         */
        told: number;
        /**
         * Most first, at most 20
         */
        values: {
          /**
           * As its hosts have it, with {address} and {name} for each host's own; foreign, escape it for your output
           */
          value: string;
          count: number;
          /**
           * The first of them, at most 100
           */
          hosts: {
            name: string;
            port: number;
            /**
             * Where it was seen there
             */
            at?: string;
          }[];
        }[];
        /**
         * Hosts with yet other values
         */
        further: number;
        /**
         * Hosts that were looked at, and of which it is not known
         */
        untold: number;
        /**
         * One sentence
         */
        says: string;
      }[];
      /**
       * One sentence
       */
      says: string;
    }
  | {
      kind: 'key';
      /**
       * SHA256:…
       */
      fingerprint: string;
      /**
       * Absent: it was seen nowhere
       */
      type?: string;
      size?: number;
      /**
       * What stands behind it, at most 5; foreign, and no proof of anything. With --people the name there, first
       */
      names: string[];
      /**
       * That it opens, as far as is known
       */
      hosts: number;
      /**
       * Of them, as root
       */
      root: number;
      accounts: number;
      /**
       * At most 5,000
       */
      ways: {
        host: string;
        port: number;
        account: string;
        root: boolean;
        authority: boolean;
        standing: 'open' | 'closed' | 'unknown';
        /**
         * What closes it, or what is not known
         */
        why: string[];
        /**
         * account@host in between, in which the private half of the key of the next step lies; empty: straight
         */
        via: string[];
        /**
         * In front of the key, as authorized_keys has them; empty: no restriction
         */
        options: string;
        /**
         * What is wanted beside the key
         */
        needs: string[];
        /**
         * FILE:LINE
         */
        where: string;
        lastLogin?: string;
        lastFrom?: string;
      }[];
      /**
       * Ways that are left out here
       */
      further: number;
      /**
       * Hosts that trust a CA for users: what it signed for this person is written on no server
       */
      authorities: number;
      /**
       * Hosts of which it is not known, wholly or partly; at most 1,000
       */
      unseen: {
        host: string;
        port: number;
        why: string;
      }[];
      /**
       * How many these are in all
       */
      unknown: number;
      /**
       * One sentence
       */
      says: string;
    }
  | {
      kind: 'vantages';
      /**
       * Places that see the same of every host are one column
       */
      columns: {
        vantages: string[];
        open: number;
        unknown: number;
        asked: number;
        says: string;
      }[];
      hosts: number;
      /**
       * Hosts that look the same from every place are one row; at most 500
       */
      rows: {
        /**
         * One for each column; null: it was not asked from there
         */
        cells: ({
          outcome: 'closed' | 'degraded' | 'unknown' | 'not-asked' | 'open';
          gate?:
            | 'client'
            | 'name'
            | 'network'
            | 'firewall'
            | 'daemon'
            | 'admission'
            | 'handshake'
            | 'auth'
            | 'session'
            | 'host';
          /**
           * The cause that stands first
           */
          id?: string;
        } | null)[];
        /**
         * The first of them, at most 1,000
         */
        hosts: {
          name: string;
          port: number;
        }[];
        count: number;
        /**
         * From where they can be reached, in words
         */
        says: string;
      }[];
      /**
       * Hosts of rows that are left out here
       */
      further: number;
      /**
       * One sentence
       */
      says: string;
    }
  | {
      kind: 'summary';
      schema: 1;
      hosts: number;
      /**
       * From how many places they were looked at with --vantage; the outcomes are then of every look
       */
      vantages?: number;
      outcomes: {
        [k: string]: number;
      };
      /**
       * Hosts with the same cause or failing control, most first
       */
      groups: {
        /**
         * Of a cause, of a control of hardening, or of a rule of the audit of keys
         */
        id: string;
        verdict?: 'confirmed' | 'likely' | 'possible';
        /**
         * Of what is wrong with a key
         */
        severity?: 'info' | 'low' | 'medium' | 'high' | 'critical';
        /**
         * The sentence of the first of them
         */
        says: string;
        /**
         * Of the first of them
         */
        fix?:
          | {
              summary: string;
              risk: 'safe' | 'interrupts' | 'may-lock-out';
              /**
               * Machine on which the commands are typed
               */
              where: 'client' | 'server';
              /**
               * @minItems 1
               */
              commands: string[];
              /**
               * What takes it back
               *
               * @minItems 1
               */
              undo?: string[];
            }
          | {
              /**
               * Why no machine should do this
               */
              refuse: string;
              /**
               * What a person should do
               */
              manual: string[];
            };
        /**
         * The line that most of them show, when at least two do: the same rule, the same setting
         */
        shared?: {
          text: string;
          at: string;
          count: number;
        };
        /**
         * How many different fixes they have; 1: what is said above is right for all of them
         */
        fixes?: number;
        /**
         * Names, at most 1,000
         */
        hosts: string[];
        count: number;
      }[];
      /**
       * What the keys come to across hosts, where they were asked about
       */
      keys?: {
        /**
         * Different ones that open something
         */
        keys: number;
        /**
         * Accounts that they open, each key and account once
         */
        ways: number;
        /**
         * Hosts whose keys were seen whole
         */
        seen: number;
        /**
         * Hosts of which something was not seen
         */
        partly: number;
        /**
         * Hosts that could not be looked at
         */
        unseen: number;
        /**
         * The first 20 hosts of which it is not known, wholly or partly
         */
        blind: {
          host: string;
          port: number;
          why: string;
        }[];
        /**
         * Keys that open most hosts, at most 50
         */
        widest: {
          /**
           * SHA256:…
           */
          fingerprint: string;
          /**
           * Absent: it was seen nowhere
           */
          type?: string;
          size?: number;
          /**
           * What stands behind it, at most 5; foreign, and no proof of anything. With --people the name there, first
           */
          names: string[];
          /**
           * It certifies: certificates of it open the accounts, the key itself does not
           */
          authority: boolean;
          /**
           * That it opens, as far as is known
           */
          hosts: number;
          /**
           * Of them, as root
           */
          root: number;
          accounts: number;
          /**
           * Names of hosts, at most 20
           */
          on: string[];
          /**
           * One sentence
           */
          says: string;
        }[];
        /**
         * What shows only across hosts; gravest first, at most 200
         */
        findings: {
          /**
           * Name of the rule
           */
          id: string;
          severity: 'info' | 'low' | 'medium' | 'high' | 'critical';
          /**
           * Absent: across hosts, or of the machine of who asks
           */
          host?: string;
          account?: string;
          fingerprint?: string;
          /**
           * One sentence
           */
          text: string;
          /**
           * Why it matters
           */
          why: string;
          /**
           * What to do
           */
          action: string;
          /**
           * The first 10
           *
           * @minItems 1
           */
          evidence: {
            /**
             * Empty: the machine of who asks
             */
            host: string;
            file: string;
            line?: number;
            text: string;
          }[];
        }[];
        /**
         * Such findings that are left out here
         */
        further: number;
        /**
         * The gravest of these findings
         */
        worst?: 'info' | 'low' | 'medium' | 'high' | 'critical';
        /**
         * There were more keys than are counted here
         */
        cut: boolean;
      };
      ms: number;
      interrupted: boolean;
    };

/** What became of one host. */
export type FleetHost = Extract<FleetLine, { kind: 'host' }>;

/** What all of them come to. */
export type FleetSummary = Extract<FleetLine, { kind: 'summary' }>;
