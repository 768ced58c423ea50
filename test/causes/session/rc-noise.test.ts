import { causeTest } from '../../cause-test.ts';

causeTest('session/rc-noise');
