import { causeTest } from '../../cause-test.ts';

causeTest('auth/shell-invalid');
