import { causeTest } from '../../cause-test.ts';

causeTest('admission/login-grace-zero');
