import { causeTest } from '../../cause-test.ts';

causeTest('auth/user-unknown');
