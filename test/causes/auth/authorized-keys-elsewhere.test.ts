import { causeTest } from '../../cause-test.ts';

causeTest('auth/authorized-keys-elsewhere');
