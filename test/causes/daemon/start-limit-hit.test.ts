import { causeTest } from '../../cause-test.ts';

causeTest('daemon/start-limit-hit');
