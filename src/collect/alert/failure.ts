import { LookError } from '../../model/errors.ts';
import { clip } from '../../report/escape.ts';

/** An alert was not taken. It is tried again, unless `final`: the other side will not take it in this form. */
export class SendError extends LookError {
  readonly final: boolean;
  /** The other side asked to be left alone for so long. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { final = false, retryAfterMs }: { final?: boolean; retryAfterMs?: number } = {}) {
    super(message);
    this.final = final;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Codes of Node's errors (node:errors, node:dns, node:tls) in plain words. */
const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host (DNS)',
  EAI_AGAIN: 'its name could not be looked up (DNS does not answer)',
  EAI_NODATA: 'its name has no address (DNS)',
  ECONNREFUSED: 'it refused the connection: nothing listens on that port',
  ECONNRESET: 'it broke the connection off',
  EPIPE: 'it broke the connection off',
  UND_ERR_SOCKET: 'it broke the connection off',
  ETIMEDOUT: 'it did not answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'it did not answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'it did not answer in time',
  ESOCKETTIMEDOUT: 'it did not answer in time',
  EHOSTUNREACH: 'there is no way to it (no route to the host)',
  ENETUNREACH: 'there is no way to it (no route to its network)',
  ECONNABORTED: 'it broke the connection off',
  EMSGSIZE: 'the message is too long for it',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed and not trusted here (TLS)',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted here (TLS)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that is not trusted here (TLS)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not trusted here (TLS)',
  CERT_HAS_EXPIRED: 'its certificate has expired (TLS)',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet (TLS); is the clock right?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name (TLS)',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS on that port',
  EPROTO: 'it does not speak TLS on that port, or no version that is spoken here',
};

/** What OpenSSL says, where a library put a code of its own over Node's. */
const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/^self-signed certificate$/, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [/^self-signed certificate in certificate chain$/, 'SELF_SIGNED_CERT_IN_CHAIN'],
  [/^unable to verify the first certificate/, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  [/^unable to get (?:local )?issuer certificate/, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
  [/^certificate has expired/, 'CERT_HAS_EXPIRED'],
  [/^certificate is not yet valid/, 'CERT_NOT_YET_VALID'],
  [/^Hostname\/IP does not match certificate's altnames/, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  [/wrong version number|packet length too long/, 'ERR_SSL_WRONG_VERSION_NUMBER'],
];

function codeIn(message: string): string | undefined {
  const short = message.slice(0, 1000);
  const [word] = /\bE(?:AI_)?[A-Z]{4,20}\b/.exec(short) ?? [];
  if (word !== undefined && WORDS[word] !== undefined) return word;
  return TEXTS.find(([text]) => text.test(short))?.[1];
}

function codeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 5; depth++) {
    const { code, cause, errors, message } = at as {
      code?: unknown;
      cause?: unknown;
      errors?: readonly unknown[];
      message?: unknown;
    };
    if (typeof code === 'string' && WORDS[code] !== undefined) return code;
    const meant = typeof message === 'string' ? codeIn(message) : undefined;
    if (meant !== undefined) return meant;
    // Several addresses of one name were tried.
    at = cause ?? errors?.[0];
  }
  return undefined;
}

const timeUp = (error: unknown): boolean => {
  const { name, cause } = (typeof error === 'object' && error !== null ? error : {}) as {
    name?: string;
    cause?: unknown;
  };
  return name === 'TimeoutError' || name === 'AbortError' || (cause !== undefined && timeUp(cause));
};

/** What went wrong on the way to `where`, in plain words; what is thrown already as such stays. */
export function failure(where: string, error: unknown): SendError {
  if (error instanceof SendError) return error;
  const code = codeOf(error);
  if (code !== undefined) return new SendError(`${where}: ${WORDS[code]}`);
  if (timeUp(error)) return new SendError(`${where}: it did not answer in time`);
  const { message } = error instanceof Error ? error : { message: String(error) };
  return new SendError(`${where}: ${clip(message, 200)}`);
}
