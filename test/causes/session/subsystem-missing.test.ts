import { causeTest } from '../../cause-test.ts';

causeTest('session/subsystem-missing');
