import { causeTest } from '../../cause-test.ts';

causeTest('admission/tcp-wrappers');
