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
  /** Certificates that are offered beside the keys, or instead. */
  readonly certificates?: readonly OfferedCertificate[];
  /** Time of the question, RFC 3339. */
  readonly at: string;
}

export interface OfferedCertificate {
  /** Of the key that is certified. */
  readonly fingerprint: string;
  /** The certificate in base64, as its `-cert.pub` file holds it; absent where it was not seen. */
  readonly blob?: string;
}
