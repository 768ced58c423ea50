import { causeTest } from '../../cause-test.ts';

causeTest('session/logind-stall');
