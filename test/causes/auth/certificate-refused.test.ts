import { causeTest } from '../../cause-test.ts';

causeTest('auth/certificate-refused');
