import { causeTest } from '../../cause-test.ts';

causeTest('auth/key-from-restricted');
