import { causeTest } from '../../cause-test.ts';

causeTest('auth/password-empty');
