// Made by `npm run gen` from the files in this folder.
import type { Cause } from '../model/cause.ts';
import { cause as firewallHostDrop } from './firewall/host-drop.ts';
import { cause as firewallHostReject } from './firewall/host-reject.ts';
import { cause as firewallPathFiltered } from './firewall/path-filtered.ts';
import { cause as daemonConfigInvalid } from './daemon/config-invalid.ts';
import { cause as daemonHostkeyPerms } from './daemon/hostkey-perms.ts';
import { cause as daemonHostkeysMissing } from './daemon/hostkeys-missing.ts';
import { cause as daemonListenAddressAbsent } from './daemon/listen-address-absent.ts';
import { cause as daemonListenLoopbackOnly } from './daemon/listen-loopback-only.ts';
import { cause as daemonMasked } from './daemon/masked.ts';
import { cause as daemonNotInstalled } from './daemon/not-installed.ts';
import { cause as daemonNotRunning } from './daemon/not-running.ts';
import { cause as daemonOtherPort } from './daemon/other-port.ts';
import { cause as daemonPortInUse } from './daemon/port-in-use.ts';
import { cause as daemonPrivsepDirMissing } from './daemon/privsep-dir-missing.ts';
import { cause as daemonSocketActivationPort } from './daemon/socket-activation-port.ts';
import { cause as daemonWedged } from './daemon/wedged.ts';
import { cause as admissionMaxStartups } from './admission/max-startups.ts';
import { cause as admissionPerSourcePenalty } from './admission/per-source-penalty.ts';
import { cause as admissionTcpWrappers } from './admission/tcp-wrappers.ts';
import { cause as authAccountExpired } from './auth/account-expired.ts';
import { cause as authAuthorizedKeysMissing } from './auth/authorized-keys-missing.ts';
import { cause as authAuthorizedKeysModes } from './auth/authorized-keys-modes.ts';
import { cause as authKeyNotAuthorized } from './auth/key-not-authorized.ts';
import { cause as authMethodDisabled } from './auth/method-disabled.ts';
import { cause as authNologin } from './auth/nologin.ts';
import { cause as authRootLoginRefused } from './auth/root-login-refused.ts';
import { cause as authUserNotAllowed } from './auth/user-not-allowed.ts';
import { cause as authUserUnknown } from './auth/user-unknown.ts';

/** Every cause that sshwhy knows, in the order of the gates. */
export const causes: readonly Cause[] = [firewallHostDrop, firewallHostReject, firewallPathFiltered, daemonConfigInvalid, daemonHostkeyPerms, daemonHostkeysMissing, daemonListenAddressAbsent, daemonListenLoopbackOnly, daemonMasked, daemonNotInstalled, daemonNotRunning, daemonOtherPort, daemonPortInUse, daemonPrivsepDirMissing, daemonSocketActivationPort, daemonWedged, admissionMaxStartups, admissionPerSourcePenalty, admissionTcpWrappers, authAccountExpired, authAuthorizedKeysMissing, authAuthorizedKeysModes, authKeyNotAuthorized, authMethodDisabled, authNologin, authRootLoginRefused, authUserNotAllowed, authUserUnknown];
