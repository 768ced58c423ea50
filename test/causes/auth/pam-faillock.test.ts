import { causeTest } from '../../cause-test.ts';

causeTest('auth/pam-faillock');
