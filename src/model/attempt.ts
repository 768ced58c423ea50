/** The login that is being asked about. What is not known is absent. */
export interface Attempt {
  readonly user?: string;
  /** Host as resolved by the user's ssh configuration, or as seen by the server. */
  readonly host?: string;
  /** TCP port the client dials. */
  readonly port?: number;
  /** Client address as the server sees it (no zone, no brackets). */
  readonly from?: string;
  /** Fingerprints (`SHA256:…`) of the keys that are offered. */
  readonly keys?: readonly string[];
  /** Time of the question, RFC 3339. */
  readonly at: string;
}
