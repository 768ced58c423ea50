import { causeTest } from '../../cause-test.ts';

causeTest('session/shell-exits');
