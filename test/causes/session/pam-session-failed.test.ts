import { causeTest } from '../../cause-test.ts';

causeTest('session/pam-session-failed');
