import { causeTest } from '../../cause-test.ts';

causeTest('auth/root-login-refused');
