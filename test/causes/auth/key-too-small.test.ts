import { causeTest } from '../../cause-test.ts';

causeTest('auth/key-too-small');
