import { causeTest } from '../../cause-test.ts';

causeTest('daemon/session-binary-missing');
