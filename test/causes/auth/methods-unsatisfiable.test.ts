import { causeTest } from '../../cause-test.ts';

causeTest('auth/methods-unsatisfiable');
