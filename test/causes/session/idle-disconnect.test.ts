import { causeTest } from '../../cause-test.ts';

causeTest('session/idle-disconnect');
