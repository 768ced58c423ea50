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
