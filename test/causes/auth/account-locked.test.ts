import { causeTest } from '../../cause-test.ts';

causeTest('auth/account-locked');
