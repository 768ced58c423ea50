/** The login that is being asked about. What is not known is absent. */
export interface Attempt {
  readonly user?: string;
  /** Host as resolved by the user's ssh configuration, or as seen by the server. */
  readonly host?: string;
  /** TCP port the client dials. */
  readonly port?: number;
  /** Client address as the server sees it (no zone, no brackets). */
  readonly from?: string;
  /** The name by which the server knows `of`: its name in DNS where UseDNS asks and it leads back, else the address. */
  readonly named?: { readonly of: string; readonly name: string };
  /** Fingerprints (`SHA256:…`) of the keys that are offered. */
  readonly keys?: readonly string[];
  /** Time of the question, RFC 3339. */
  readonly at: string;
}
