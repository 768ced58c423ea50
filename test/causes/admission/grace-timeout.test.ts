import { causeTest } from '../../cause-test.ts';

causeTest('admission/grace-timeout');
