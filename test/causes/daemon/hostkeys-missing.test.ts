import { causeTest } from '../../cause-test.ts';

causeTest('daemon/hostkeys-missing');
