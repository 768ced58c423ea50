import { causeTest } from '../../cause-test.ts';

causeTest('session/max-sessions');
