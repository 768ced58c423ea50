import { causeTest } from '../../cause-test.ts';

causeTest('auth/second-factor-failed');
