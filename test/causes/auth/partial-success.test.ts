import { causeTest } from '../../cause-test.ts';

causeTest('auth/partial-success');
