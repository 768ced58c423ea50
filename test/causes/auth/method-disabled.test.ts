import { causeTest } from '../../cause-test.ts';

causeTest('auth/method-disabled');
