import { causeTest } from '../../cause-test.ts';

causeTest('auth/home-missing');
