import { causeTest } from '../../cause-test.ts';

causeTest('admission/refuse-connection');
