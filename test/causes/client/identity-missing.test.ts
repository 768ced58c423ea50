import { causeTest } from '../../cause-test.ts';

causeTest('client/identity-missing');
