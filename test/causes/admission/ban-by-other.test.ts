import { causeTest } from '../../cause-test.ts';

causeTest('admission/ban-by-other');
